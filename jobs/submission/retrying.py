"""Running a job again, or what failed of it, as a new job that names the old one."""

from jobs.models import ItemStatus, Job, MediaKind
from jobs.refusal import Refusal
from jobs.submission.planning import plan
from jobs.submission.writing import write


def retry(job: Job, *, only_failed: bool = False) -> Job:
    """A new job over the same media with the same tools and parameters.

    The parameters are checked again: the plugin may have changed since. Raises Refusal,
    with status 409 while the job still runs or when nothing of it failed.
    """
    if job.job_type == MediaKind.SELECTION:
        raise Refusal(409, "This job makes an export. Ask for the export again instead.")
    if not job.is_final:
        raise Refusal(409, "The job has not ended yet. Cancel it first, or wait.")
    items = job.items.select_related("media__blob").order_by("position")
    if only_failed:
        items = items.filter(status=ItemStatus.FAILED)
        if not items.exists():
            raise Refusal(409, "Nothing of this job failed, so there is nothing to retry.")
    again = plan(
        job.plugin_id, job.job_type, tools=job.tools, params=job.params, priority=job.priority
    )
    tools = {tool.id: tool for tool in again.tools}
    # A tool may have got another name since; its old one is an alias then.
    work = [(item.media, tools[again.manifest.tool(item.tool).id]) for item in items]
    return write(job.owner, again, work, retry_of=job)
