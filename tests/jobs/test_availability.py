"""Which plugins jobs can be submitted to: pages offer these, and others are refused."""

import pytest
from django.utils import timezone

from jobs.models import Worker
from jobs.refusal import Refusal
from jobs.submission import plan
from jobs.web.offers import offers
from plugins_app.models import Plugin

ELSEWHERE = "a worker on another node has it"


@pytest.mark.parametrize(
    ("state", "where", "refused"),
    [
        ({}, "", ""),
        ({"enabled": False}, "", "switched off"),
        ({"available": False, "reason": "No model."}, "", "unavailable: No model."),
        ({"available": False, "reason": "No model."}, ELSEWHERE, ""),
        ({"enabled": False, "available": False}, ELSEWHERE, "switched off"),
        ({"available": False, "manifest": {}, "reason": "Torn."}, ELSEWHERE, "unavailable: Torn."),
        ({"removed": True}, ELSEWHERE, "no plugin 'echo'"),
        ({"internal": True}, "", "no plugin 'echo'"),
    ],
)
def test_what_is_offered_is_taken_and_nothing_else(echo_plugin, state, where, refused):
    Plugin.objects.filter(pk="echo").update(**state)
    if where:
        far = {"host": "far", "pid": 1, "processes": 1, "plugins": {"echo": {}}}
        Worker.objects.create(**far, seen_at=timezone.now())
    offered = [offer for offer in offers() if offer.plugin_id == "echo"]
    assert bool(offered) != bool(refused)
    if not refused:
        assert plan("echo", "image").manifest.id == "echo"
        return
    with pytest.raises(Refusal) as caught:
        plan("echo", "image")
    assert refused in caught.value.message


def test_workers_are_looked_up_once_for_any_number_of_plugins(
    echo_plugin, django_assert_max_num_queries
):
    Plugin.objects.update(available=False)
    with django_assert_max_num_queries(3):
        offers()
