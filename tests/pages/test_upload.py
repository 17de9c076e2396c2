"""The upload page: the form made from schemas, and what becomes of files."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.models import Blob, Job, Media, Pause, Worker
from plugins_app.models import Plugin
from tests.factories import form_file, make_job, make_worker

ALL_SETTINGS = {"word": "hello", "times": "1", "strength": "0.5", "mode": "plain"}


def form(tool="echo/describe", files=None, **settings):
    """What a browser sends for a tool."""
    fields = {f"{tool}:{name}": value for name, value in settings.items()}
    return {"tool": tool, "file": [form_file()] if files is None else files, **fields}


def send(client, *args, **kwargs):
    htmx = kwargs.pop("htmx", False)
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("upload"), form(*args, **kwargs), headers=headers)


def tag_of(page, field_id):
    """The start tag with this id."""
    return re.search(rf'<\w+[^>]*\bid="{re.escape(field_id)}"[^>]*>', page, re.DOTALL)[0]


@pytest.fixture
def opened(client, echo_plugin):
    """The page as it is opened."""
    return client.get(reverse("upload")).content.decode()


def test_numbers_have_their_limits_in_the_form(opened):
    times = tag_of(opened, "echo-describe-times")
    assert 'type="number"' in times
    assert 'value="1"' in times
    for attribute in ('min="1"', 'max="1000000"', 'step="1"'):
        assert attribute in times
    assert 'step="any"' in tag_of(opened, "echo-describe-strength")


def test_choices_are_a_select_and_yes_or_no_a_checkbox(opened):
    assert tag_of(opened, "echo-describe-mode").startswith("<select")
    assert re.search(r'<option value="plain"\s+selected>plain</option>', opened)
    assert 'type="checkbox"' in tag_of(opened, "echo-describe-picture")
    assert "checked" not in tag_of(opened, "echo-describe-picture")


def test_tools_say_what_they_are_for(opened):
    assert 'value="echo/describe"' in opened
    assert 'value="echo/watch"' in opened
    assert "For images." in opened
    assert "For videos." in opened


def test_every_field_has_a_label(opened):
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', opened, re.DOTALL))
    labels = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', opened))
    inside = set(re.findall(r'<label[^>]*>\s*<input[^>]*\bid="([^"]+)"', opened))
    assert "echo-describe-mode" in fields
    assert fields - labels - inside == set()


def test_limits_are_told_to_the_browser(opened, settings):
    assert f'data-max-files="{settings.MAX_FILES_PER_JOB}"' in opened
    assert f'data-max-bytes="{settings.MAX_IMAGE_BYTES}"' in opened
    assert f'data-max-video-bytes="{settings.MAX_VIDEO_BYTES}"' in opened


def test_switched_off_and_unavailable_plugins_are_not_offered(client, echo_plugin):
    Plugin.objects.filter(pk="echo").update(enabled=False)
    assert "echo/describe" not in client.get(reverse("upload")).content.decode()
    Plugin.objects.filter(pk="echo").update(enabled=True, available=False, reason="No model.")
    assert "echo/describe" not in client.get(reverse("upload")).content.decode()


def test_a_plugin_that_only_another_node_can_run_is_offered(client, echo_plugin):
    Plugin.objects.filter(pk="echo").update(available=False, reason="No model.")
    make_worker("far", plugins={"echo": "1"})
    assert "echo/describe" in client.get(reverse("upload")).content.decode()


def test_without_any_tool_the_page_says_so(client, db):
    Plugin.objects.update(enabled=False)
    page = client.get(reverse("upload")).content.decode()
    assert "No tool can be used now" in page
    assert "<form" not in page.split("<main")[1]


def test_the_tool_used_last_is_chosen(client, ada, echo_plugin):
    make_job(ada, tools=["read"])
    page = client.get(reverse("upload")).content.decode()
    assert re.search(r'value="echo/read"\s+checked', page)


def chosen_on(page):
    """The tool that a page begins with."""
    return re.search(r'name="tool"\s+value="([^"]+)"\s+checked', page)[1]


def test_a_newcomer_begins_with_reading_text_whatever_was_installed(client, echo_plugin):
    Plugin.objects.filter(pk="echo").update(name="A first name")
    page = client.get(reverse("upload")).content.decode()
    assert chosen_on(page) == "ocr/extract_text"
    offered = re.findall(r'name="tool"\s+value="([^/"]+)/', page)
    assert offered.index("echo") > offered.index("segment"), "the built-in tools come first"


def test_without_the_reading_of_text_the_first_built_in_tool_is_chosen(client, echo_plugin):
    Plugin.objects.filter(pk="echo").update(name="A first name")
    Plugin.objects.filter(pk="ocr").update(enabled=False)
    first = (
        Plugin.objects.listed()
        .filter(source="builtin", enabled=True, available=True)
        .order_by("name")
        .first()
    )
    page = client.get(reverse("upload")).content.decode()
    assert chosen_on(page).startswith(f"{first.pk}/")


def test_a_paused_tool_says_that_jobs_will_wait_and_is_not_begun_with(client, echo_plugin):
    said = "Paused: jobs will wait."
    assert said not in client.get(reverse("upload")).content.decode()
    Plugin.objects.filter(pk="ocr").update(paused=True)
    page = client.get(reverse("upload")).content.decode()
    assert page.count(said) == 1
    assert said in page.split('value="ocr/extract_text"')[1].split("</label>")[0]
    assert chosen_on(page) != "ocr/extract_text"


@pytest.mark.parametrize("lane", ["cpu", Pause.EVERYTHING])
def test_tools_of_a_paused_lane_say_that_jobs_will_wait(client, echo_plugin, lane):
    Pause.objects.create(lane=lane)
    page = client.get(reverse("upload")).content.decode()
    assert "Paused: jobs will wait." in page.split('value="echo/read"')[1].split("</label>")[0]
    assert chosen_on(page) == "ocr/extract_text"


def test_a_link_can_choose_the_tool(client, echo_plugin):
    page = client.get(reverse("upload"), {"tool": "echo/fail"}).content.decode()
    assert re.search(r'value="echo/fail"\s+checked', page)


def test_good_files_become_one_job(client, ada, echo_plugin):
    answer = send(client, files=[form_file("a.png"), form_file("b.png")], **ALL_SETTINGS)
    job = Job.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("job", args=[job.pk])
    assert (job.owner, job.total, job.tools) == (ada, 2, ["describe"])
    assert [item.media.filename for item in job.items.all()] == ["a.png", "b.png"]


def test_settings_arrive_with_their_types(client, echo_plugin):
    send(client, word="hi", times="3", strength="0.25", mode="loud", picture="true")
    assert Job.objects.get().tool_params == {
        "describe": {"word": "hi", "times": 3, "strength": 0.25, "mode": "loud", "picture": True}
    }


def test_an_unticked_box_means_no_whatever_the_default_is(client, echo_plugin):
    row = Plugin.objects.get(pk="echo")
    row.manifest["tools"][0]["params"]["properties"]["picture"]["default"] = True
    row.save()
    send(client, **ALL_SETTINGS)
    assert Job.objects.get().tool_params["describe"]["picture"] is False


def test_settings_of_tools_that_were_not_chosen_are_ignored(client, echo_plugin):
    fields = form("echo/read", word="mine") | {"echo/describe:times": "999999999"}
    assert client.post(reverse("upload"), fields).status_code == 302
    assert Job.objects.get().tool_params == {"read": {"word": "mine"}}


def test_a_refused_file_is_told_by_name_and_the_rest_runs(client, echo_plugin):
    files = [
        form_file("good.png"),
        form_file("notes.png", b"just text"),
        form_file("empty.png", b""),
    ]
    answer = client.post(reverse("upload"), form(files=files, **ALL_SETTINGS), follow=True)
    page = answer.content.decode()
    assert Job.objects.get().total == 1
    assert "notes.png was not taken. It is not an image that ForgeSyte knows." in page
    assert "empty.png was not taken. The file is empty." in page


def test_when_all_files_are_refused_nothing_is_kept_and_the_entries_stay(client, echo_plugin):
    files = [form_file("notes.png", b"just text")]
    answer = send(client, files=files, word="my word", times="7", strength="0.5", mode="loud")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "notes.png" in page
    assert "not an image that ForgeSyte knows" in page
    assert 'value="my word"' in tag_of(page, "echo-describe-word")
    assert 'value="7"' in tag_of(page, "echo-describe-times")
    assert re.search(r'<option value="loud"\s+selected', page)
    assert not Job.objects.exists()
    assert not Media.objects.exists()


def test_a_wrong_setting_is_marked_and_nothing_is_kept(client, echo_plugin):
    answer = send(client, **ALL_SETTINGS | {"strength": "3", "times": "many"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in tag_of(page, "echo-describe-times")
    assert "times must be a whole number" in page
    assert not Blob.objects.exists()


def test_two_settings_over_their_limits_are_both_marked(client, echo_plugin):
    page = send(client, **ALL_SETTINGS | {"strength": "3", "times": "0"}).content.decode()
    assert "strength must be at most 1, not 3" in page
    assert "times must be at least 1, not 0" in page


def test_sending_no_file_says_what_is_missing(client, echo_plugin):
    answer = send(client, files=[])
    assert answer.status_code == 400
    assert "Choose at least one file." in answer.content.decode()


def test_a_tool_that_is_gone_meanwhile_is_said_and_another_is_chosen(client, echo_plugin):
    answer = send(client, tool="gone/tool")
    assert answer.status_code == 400
    assert "Choose a tool; the one that was sent can&#x27;t be used now." in answer.content.decode()
    assert not Job.objects.exists()
    assert not Media.objects.exists()


def test_more_files_than_a_job_takes_are_refused_with_a_page(client, echo_plugin, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    answer = send(client, files=[form_file(f"{n}.png") for n in range(3)])
    assert answer.status_code in (400, 413)
    assert "Too many files" in answer.content.decode()
    assert not Media.objects.exists()


def test_a_file_over_the_limit_is_refused_by_the_server_too(client, echo_plugin, settings):
    settings.MAX_IMAGE_BYTES = settings.MIB
    big = form_file("big.png", b"\x89PNG\r\n\x1a\n" + bytes(settings.MIB))
    page = send(client, files=[big]).content.decode()
    assert "larger than 1 MB, the limit for images" in page


def test_the_script_is_sent_on_to_the_job_and_gets_no_page(client, echo_plugin):
    answer = send(client, htmx=True, **ALL_SETTINGS)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == reverse("job", args=[Job.objects.get().pk])
    assert answer.content == b""


def test_a_file_name_that_is_markup_is_shown_as_text(client, echo_plugin):
    name = '"><img src=x onerror=alert(1)>.png'
    page = send(client, files=[form_file(name, b"text")]).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.png" in page


def test_the_page_says_when_no_worker_is_alive(client, echo_plugin):
    notice = "No worker is running."
    assert notice in client.get(reverse("upload")).content.decode()
    worker = make_worker("here", plugins={})
    assert notice not in client.get(reverse("upload")).content.decode()
    Worker.objects.filter(pk=worker.pk).update(seen_at=timezone.now() - timedelta(minutes=1))
    assert notice in client.get(reverse("upload")).content.decode()


def test_a_token_is_needed(echo_plugin, ada):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    answer = strict.post(reverse("upload"), form(**ALL_SETTINGS))
    assert answer.status_code == 403
    assert "The form was too old to be taken" in answer.content.decode()
    assert not Media.objects.exists()
