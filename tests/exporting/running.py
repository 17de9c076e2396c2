"""Exports that are asked for and run to their end."""

from jobs import storage
from jobs.exporting import asking as exports
from jobs.models import Artifact
from tests.factories import run_jobs


def exported(owner, results, name, **options):
    """The artifact and the bytes of an export of these items, run to its end."""
    from jobs.exporting import choosing

    chosen = choosing.by_ids(owner, [one.pk for one in results])
    job = exports.request(owner, chosen, name, options)
    run_jobs()
    return finished(job)


def finished(job) -> tuple[Artifact, bytes]:
    """The file of an export that has ended well."""
    item = job.items.get()
    assert item.status == "completed", (item.error_type, item.error_message, item.log)
    artifact = exports.artifact_of(job)
    with storage.open_file(artifact.file.name) as file:
        return artifact, file.read()
