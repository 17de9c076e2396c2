"""The run record: what exactly produced a result, stored with it."""

from typing import Any

from jobs.engine.sql import Claim
from plugins_app.finding.registry import InstalledPlugin
from plugins_app.host import HostResult


def run_record(
    claim: Claim, plugin: InstalledPlugin, done: HostResult, prompts: dict[str, Any]
) -> dict[str, Any]:
    """Input, code, weights, parameters and prompts of one run, and the time and memory it took."""
    return {
        "plugin": plugin.manifest.id,
        "version": plugin.manifest.version,
        "code_digest": plugin.code_digest,
        "model_digest": done.model_digest,
        "tool": claim.tool,
        "input_sha256": claim.input_sha256,
        "params": claim.params,
        **prompts,
        "attempt": claim.attempt,
        "worker": claim.worker,
        "cpu_s": round(done.cpu_s, 3),
        "wall_s": round(done.wall_s, 3),
        "peak_rss_bytes": done.peak_rss_bytes,
    }
