"""The list of plugins: what each one does, and whether it can be used."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plugins_app.models import Plugin


@require_safe
@login_required
def plugin_list(request: HttpRequest) -> HttpResponse:
    """All plugins that users can see, sorted by name."""
    plugins = Plugin.objects.listed().order_by("name", "id")
    return render(request, "plugins/list.html", {"plugins": plugins})
