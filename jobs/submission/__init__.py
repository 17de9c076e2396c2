"""Submission: turns media, tools and parameters into a Job and its JobItems in one transaction.

There are two steps, so that nothing is stored for an invalid request: ``plan`` checks the request,
``submit`` writes the job.
"""

from jobs.submission.dry_running import DryRun, dry_run
from jobs.submission.planning import Plan, plan
from jobs.submission.retrying import retry
from jobs.submission.writing import submit

__all__ = ["DryRun", "Plan", "dry_run", "plan", "retry", "submit"]
