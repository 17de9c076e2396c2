"""Tests a plugin for its author: runs every tool in a real host on sample files.

It needs neither the queue nor the database.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from plugins_app.finding.registry import BrokenPlugin, InstalledPlugin
from plugins_app.host import Call, HostFailure, HostResult, PluginHost, Progress
from plugins_app.manifests.manifest import Tool
from plugins_app.manifests.params import InvalidParams, normalise
from plugins_app.manifests.result_faults import shape_faults
from plugins_app.short_lines import short_lines

SAMPLES = {
    "image": Path(settings.BASE_DIR) / "static" / "samples" / "receipt.png",
    "video": Path(settings.BASE_DIR) / "static" / "samples" / "moving.mp4",
}
SAMPLE_PROMPTS: dict[str, Any] = {
    "boxes": [{"bbox": [60, 60, 120, 80], "role": "segment", "label": ""}],
    "points": [{"point": [120, 100], "role": "segment", "label": ""}],
    "text": "total",
}
DECLINED = ("undecodable", "unsupported_input", "too_large", "invalid_params")
"""Reasons with which a tool may decline the sample."""
TWICE_BELOW_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``level`` is ``ok``, ``advice`` or ``error``; ``text`` a sentence."""

    level: str
    about: str
    text: str


def check(
    plugin: InstalledPlugin | BrokenPlugin, samples: Mapping[str, Path] = SAMPLES
) -> Iterator[Finding]:
    """Check everything and yield what to fix. ``samples`` are files by kind of medium."""
    for finding in _findings(plugin, samples):
        yield replace(finding, text=short_lines(finding.text))


def _findings(
    plugin: InstalledPlugin | BrokenPlugin, samples: Mapping[str, Path]
) -> Iterator[Finding]:
    if isinstance(plugin, BrokenPlugin):
        yield Finding("error", "manifest.json", plugin.error)
        return
    manifest = plugin.manifest
    count = f"{len(manifest.tools)} tool{'s' if len(manifest.tools) != 1 else ''}"
    yield Finding("ok", "manifest.json", f"{manifest.id} {manifest.version}, {count}.")
    for tool in manifest.tools:
        yield from _advice(tool)
    if plugin.unavailable_reason:
        yield Finding("error", "requires", plugin.unavailable_reason)
        return
    host = PluginHost(plugin)
    try:
        for tool in manifest.tools:
            for kind in sorted(tool.kinds):
                findings = list(_try(host, tool, kind, samples))
                yield from findings
                if any(one.about == LOADING for one in findings):
                    return
    finally:
        host.close()


LOADING = "loading"


def _advice(tool: Tool) -> Iterator[Finding]:
    if not tool.description:
        yield Finding("advice", tool.id, "Add a description: people choose tools by it.")
    for name, rule in tool.params["properties"].items():
        lacking = [word for word in ("description", "default") if word not in rule]
        number = {"integer", "number"} & {*_words(rule.get("type"))}
        bounds = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum"}
        if number and not bounds & rule.keys():
            lacking.append("minimum or maximum")
        if lacking:
            text = f"The parameter {name} has no {', no '.join(lacking)}."
            yield Finding("advice", tool.id, text)


def _words(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else list(types or [])


def _try(host: PluginHost, tool: Tool, kind: str, samples: Mapping[str, Path]) -> Iterator[Finding]:
    about = tool.id if len(tool.kinds) == 1 else f"{tool.id} ({kind})"
    sample = samples.get(kind)
    if sample is None or not sample.is_file():
        yield Finding("advice", about, f"Not run: there is no sample {kind}.")
        return
    try:
        params = normalise(tool, {})
    except InvalidParams as error:
        text = f"Not run, because it needs parameters: {error} Give them defaults."
        yield Finding("advice", about, text)
        return
    with tempfile.TemporaryDirectory(prefix="forgesyte-check-") as folder:
        runs = _Runs(host, tool, kind, sample.resolve(), params, Path(folder))
        try:
            done, result = runs.run()
            faults = shape_faults(tool.output, result)
            yield from (Finding("error", about, f"Its result: {fault}") for fault in faults)
            if not faults:
                yield Finding("ok", about, _cost(done, tool))
            if tool.deterministic and done.wall_s < TWICE_BELOW_S and runs.run()[1] != result:
                text = 'A second run gave another result: declare "deterministic": false.'
                yield Finding("advice", about, text)
        except HostFailure as failure:
            yield _failed(failure, about)


class _Runs:
    """Runs one tool on one sample, each time in a new folder."""

    def __init__(
        self,
        host: PluginHost,
        tool: Tool,
        kind: str,
        sample: Path,
        params: dict[str, Any],
        folder: Path,
    ) -> None:
        self._host = host
        self._tool = tool
        self._sample = (sample, kind)
        self._params = params
        self._folder = folder
        self._count = 0

    def run(self) -> tuple[HostResult, Any]:
        """Run the tool once. Returns the call's outcome and its JSON result. Raises HostFailure."""
        self._count += 1
        workdir = self._folder / str(self._count)
        workdir.mkdir()
        call = Call(
            tool=self._tool.id,
            input_path=self._sample[0],
            params=self._params,
            prompts={name: SAMPLE_PROMPTS[name] for name in self._tool.prompts},
            workdir=workdir,
            timeout_s=self._tool.timeout_s,
            memory_mb=self._tool.memory_mb,
            kind=self._sample[1],
        )
        done = self._host.call(call, _unwatched)
        path = done.result_path
        return done, json.loads(path.read_bytes()) if path else done.result


def _cost(done: HostResult, tool: Tool) -> str:
    shape = "any JSON" if tool.output == "json" else f"the shape of {tool.output}"
    files = f", {len(done.artifacts)} file(s)" if done.artifacts else ""
    return f"{shape}{files}, {done.wall_s:.2f} s, {done.peak_rss_bytes / 2**20:.0f} MiB."


def _failed(failure: HostFailure, about: str) -> Finding:
    printed = "".join(f"\n    {line}" for line in failure.log.splitlines()[-12:])
    if failure.reason == "plugin_unavailable":
        return Finding("error", LOADING, failure.message + printed)
    if failure.reason in DECLINED:
        return Finding("advice", about, f"It declined the sample: {failure.message}")
    return Finding("error", about, f"{failure.reason}: {failure.message}{printed}")


def _unwatched(_progress: Progress) -> None:
    """Progress isn't shown here."""
