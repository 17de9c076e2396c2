"""Importing boxes on the library's page."""

import json

import pytest
from django.urls import reverse

from jobs.models import Annotation
from tests.factories import form_file, make_media, picture

IMPORT = reverse("library-import")


@pytest.fixture
def image(ada):
    return make_media(ada, "street.png", picture(80, 40))


def send(client, *files, **fields):
    parts = [form_file(name, text.encode(), "text/plain") for name, text in files]
    return client.post(IMPORT, {"file": parts, **fields}, follow=True)


def test_the_form_is_on_the_librarys_page(client, image):
    page = client.get(reverse("library")).content.decode()
    assert f'action="{IMPORT}"' in page
    assert "Import boxes" in page


def test_what_was_taken_and_what_not_is_told_with_the_way_to_the_images(client, image):
    files = [("street.txt", "0 0.5 0.5 0.2 0.2"), ("nobody.txt", "0 0.5 0.5 0.2 0.2")]
    page = send(client, *files, role="positive").content.decode()
    assert "1 box imported" in page
    assert "There is no image of this name." in page
    assert reverse("library-annotate", args=[image.pk]) in page
    assert Annotation.objects.get().role == "positive"


def test_boxes_that_were_left_out_of_a_taken_image_are_told(client, image):
    page = send(client, ("street.txt", "0 0.5 0.5 0.2 0.2\n0 0.5 0.5 0 0")).content.decode()
    assert "1 box imported" in page
    assert "Line 2: it was left out" in page


def test_an_empty_file_among_others_keeps_nothing_out(client, image):
    page = send(client, ("street.txt", "0 0.5 0.5 0.2 0.2"), ("b.txt", "")).content.decode()
    assert "1 box imported" in page


def test_boxes_that_are_there_are_told(client, image):
    file = ("street.txt", "0 0.5 0.5 0.2 0.2")
    send(client, file)
    page = send(client, file).content.decode()
    assert "No new boxes" in page
    assert "1 box already there" in page


def test_only_images_with_a_tag(client, image):
    page = send(client, ("street.txt", "0 0.5 0.5 0.2 0.2"), tag=" night\0").content.decode()
    assert "among those with the tag night" in page


@pytest.mark.parametrize(
    ("files", "said"),
    [([], "Choose at least one file"), ([("a.json", "{}")], "Nothing was taken")],
)
def test_what_can_not_be_read_leads_back_with_the_reason(client, image, files, said):
    page = send(client, *files).content.decode()
    assert said in page
    assert "Library</h1>" in page


def test_an_unknown_role_is_the_usual_one(client, image):
    send(client, ("street.txt", "0 0.5 0.5 0.2 0.2"), role="x")
    assert Annotation.objects.get().role == "segment"


def test_what_files_say_stays_text(client, image):
    attack = "<script>alert(1)</script>"
    document = {
        "images": [{"id": 1, "file_name": attack}],
        "annotations": [{"id": attack, "image_id": 1, "bbox": "x"}],
    }
    page = send(client, ("a.json", json.dumps(document))).content.decode()
    assert attack not in page
