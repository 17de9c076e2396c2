"""Submitting: media, tools and parameters become a Job and its JobItems in one transaction.

Two steps, so that nothing is stored for a request that can't be right: ``plan`` checks what was
asked for, ``submit`` writes it.
"""

from jobs.submission.planning import Plan, plan
from jobs.submission.previewing import Preview, preview
from jobs.submission.retrying import retry
from jobs.submission.writing import submit

__all__ = ["Plan", "Preview", "plan", "preview", "retry", "submit"]
