"""One plugin's page: its tools, their parameters, and its state."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from plugins_app.manifests.manifest import Manifest, ManifestError, Tool
from plugins_app.models import Plugin
from plugins_app.outputs import kind_named
from plugins_app.pages.sample import sample_of
from plugins_app.pages.schema_form import SchemaForm
from plugins_app.pages.timings import Timing, tool_timings

PROMPT_WORDS = {"boxes": "boxes", "points": "points", "text": "a text prompt"}


@require_safe
@login_required
def plugin_detail(request: HttpRequest, plugin_id: str) -> HttpResponse:
    """The page of one plugin. An alias redirects to the page of the id."""
    plugin = Plugin.objects.listed().resolve(plugin_id)
    if plugin is None:
        raise Http404(f"There is no plugin {plugin_id!r}.")
    if plugin.pk != plugin_id:
        return redirect("plugin", plugin.pk)
    manifest = _manifest(plugin)
    timings = tool_timings(plugin.pk)
    tools = manifest.tools if manifest else ()
    context = {
        "plugin": plugin,
        "manifest": manifest,
        "tools": [_described(tool, timings.get(tool.id)) for tool in tools],
        "sample": sample_of(plugin),
    }
    return render(request, "plugins/detail.html", context)


def _manifest(plugin: Plugin) -> Manifest | None:
    """The manifest, or None if the plugin is broken."""
    try:
        return plugin.parsed_manifest
    except ManifestError:
        return None


def _described(tool: Tool, timing: Timing | None) -> dict[str, object]:
    one_of = {"image": "picture", "video": "video"}
    return {
        "timing": timing,
        "medium": " or ".join(one_of[kind] for kind in sorted(tool.kinds)),
        "tool": tool,
        "kinds": " and ".join(f"{kind}s" for kind in sorted(tool.kinds)),
        "output": kind_named(tool.output).word,
        "prompts": ", ".join(PROMPT_WORDS[one] for one in tool.prompts),
        "form": SchemaForm(tool),
    }
