"""Runs a job, or its failed items, again as a new job that refers to the old one."""

from jobs.models import ItemStatus, Job, MediaKind
from jobs.refusal import Refusal
from jobs.submission.planning import plan
from jobs.submission.writing import write


def retry(job: Job, *, only_failed: bool = False) -> Job:
    """Submit a new job on the same media with the same tools and parameters.

    The parameters are checked again, because the plugin may have changed since. Raises Refusal,
    with status 409 if the job has not ended or if none of its items failed.
    """
    if job.job_type == MediaKind.SELECTION:
        raise Refusal(409, "This job makes an export. Ask for the export again instead.")
    if not job.is_final:
        raise Refusal(409, "The job has not ended yet. Cancel it first, or wait.")
    items = job.items.select_related("media__blob").order_by("position")
    if only_failed:
        items = items.filter(status=ItemStatus.FAILED)
        if not items.exists():
            raise Refusal(409, "No item of this job failed, so there is nothing to retry.")
    again = plan(
        job.plugin_id, job.job_type, tools=job.tools, params=job.params, priority=job.priority
    )
    tools = {tool.id: tool for tool in again.tools}
    # A tool may have been renamed since; its old name is then an alias.
    work = [(item.media, tools[again.manifest.tool(item.tool).id]) for item in items]
    return write(job.owner, again, work, retry_of=job)
