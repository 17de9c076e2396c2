"""A package of the original ForgeSyte through everything: upload, queue, worker node, artifacts."""

import pytest
from django.core.management import call_command

from jobs.models import JobItem
from plugins_app.finding import registry
from tests import factories
from tests.faults.invariants import check_everything, wait_for_the_end
from tests.node import Node
from tests.plugins.packages import install

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def node(settings, tmp_path):
    """A worker node that has two packages, one of them without a manifest."""
    settings.PLUGIN_DIRS = [tmp_path / "shelf"]
    install(tmp_path / "shelf" / "one", "football", {"football": "football.plugin:Plugin"})
    install(tmp_path / "shelf" / "two", "letters", {"letters": "letters.plugin:Plugin"})
    call_command("plugins", "sync", verbosity=0)
    node = Node(workers=1)
    yield node.start()
    node.end()
    settings.PLUGIN_DIRS = []
    registry.refresh()


def test_results_and_pictures_are_kept_and_served(node):
    ada = factories.make_user()
    data = factories.picture()
    media = [factories.make_media(ada, data=data)]
    params = {"annotated": True}
    detected = factories.make_job(
        ada, media, "yolo-football", tools=["player_detection"], params=params
    )
    read = factories.make_job(ada, media, "letters_by_hand", params={"language": "deu"})
    assert wait_for_the_end(detected, read) is not None
    client = factories.api_client(ada)
    result = client.get(f"/v1/jobs/{detected.pk}").json()["results"]
    assert result["detections"][0]["bbox"] == [10.0, 20.0, 30.0, 60.0]
    name = result["annotated_image_base64"]["artifact"]
    item = JobItem.objects.get(job=detected)
    answer = client.get(f"/v1/results/{item.pk}/artifacts/{name}")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", data)
    assert item.run["plugin"] == "forgesyte-football"
    result = client.get(f"/v1/jobs/{read.pk}").json()["results"]
    assert result["lines"][0]["bbox"] == [1, 2, 30, 10]
    check_everything()
