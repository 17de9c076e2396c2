"""The library: its list, filters, uploads, deleting, prompts and tags."""

import io
import re
import zipfile

import pytest
from django.urls import reverse

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import Blob, Job, Media, Tag
from jobs.pages.library import delete, grid
from tests.factories import form_file, make_finished_job, make_job, make_media, picture


def listed(client, **query):
    """The ids on a page of the library, in their order, and the page."""
    page = client.get(reverse("library"), query).content.decode()
    return re.findall(r'id="medium-([0-9a-f-]{36})"', page), page


def ids(*media):
    return [str(medium.pk) for medium in media]


class TestList:
    def test_newest_first_and_only_ones_own(self, client, ada, ben):
        old, new = make_media(ada), make_media(ada)
        make_media(ben)
        assert listed(client)[0] == ids(new, old)

    def test_an_empty_library_says_what_to_do(self, client, db):
        assert "The library is empty" in listed(client)[1]

    def test_names_in_any_script_and_markup_are_shown_as_text(self, client, ada):
        make_media(ada, "снимок 写真 صورة.png")
        make_media(ada, "<script>alert(1)<b>.png")
        page = listed(client)[1]
        assert "снимок 写真 صورة.png" in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize("words", ["ünï", "ÜNÏ", "Ünï", "u\u0308ni\u0308", "ünïcode (1)."])
    def test_names_are_found_in_any_case_of_any_script(self, client, ada, words):
        named = make_media(ada, "Ünïcode (1).png")
        prompted = make_media(ada, "b.png")
        prompted.text_prompt = "красный дом"
        prompted.save()
        assert listed(client, q=words)[0] == ids(named)
        assert listed(client, q="ДОМ")[0] == ids(prompted)
        assert listed(client, q="Ü.*")[0] == []

    def test_filters(self, client, ada, echo_plugin):
        plain, drawn, done = (make_media(ada, f"{n}.png") for n in ("plain", "drawn", "done"))
        annotations.add(drawn, [Draft(bbox=[1, 1, 4, 4])])
        make_finished_job(ada, [done], "echo", ["read"])
        make_job(ada, [plain])
        assert listed(client, q="DRA")[0] == ids(drawn)
        for yes, no in (("true", "false"), ("with", "without")):  # now, and in earlier links
            assert listed(client, annotated=yes)[0] == ids(drawn)
            assert listed(client, annotated=no)[0] == ids(done, plain)
            assert listed(client, results=yes)[0] == ids(done)
            assert listed(client, results=no)[0] == ids(drawn, plain)
        assert listed(client, tool="echo/read")[0] == ids(done)
        assert listed(client, tool="echo/describe")[0] == []
        assert listed(client, tool="echo/describe", results="false")[0] == ids(done, drawn, plain)
        assert listed(client, tool="read")[0] == ids(done)
        assert listed(client, tool="echo/describe", results="true")[0] == []
        assert listed(client, filename="done.png")[0] == ids(done)
        assert 'name="filename" value="done.png"' in listed(client, filename="done.png")[1]
        assert listed(client, created_before=drawn.created_at.date())[0] == []
        assert listed(client, kind="video")[0] == []
        assert "Nothing fits these filters" in listed(client, kind="video")[1]

    @pytest.mark.parametrize(
        "query",
        [{"kind": "x"}, {"q": "\0"}, {"tool": "a/b"}, {"before": "x"}, {"tag": "\0"},
         {"annotated": "\ud800".encode("utf-8", "surrogatepass")}],
    )  # fmt: skip
    def test_nonsense_in_the_address_is_no_error_of_the_server(self, client, ada, query):
        make_media(ada)
        assert client.get(reverse("library"), query).status_code == 200

    def test_pages_lead_to_older_and_keep_the_filter(self, client, ada, monkeypatch):
        monkeypatch.setattr(grid, "MEDIA_PER_PAGE", 2)
        one, two, three = (make_media(ada, f"{n}.png") for n in range(3))
        found, page = listed(client, q="png")
        assert found == ids(three, two)
        older = re.search(r'href="\?([^"]*)"[^>]*>Older<', re.sub(r"\s+", " ", page))[1]
        assert "q=png" in older
        page = client.get(f"{reverse('library')}?{older.replace('&amp;', '&')}").content.decode()
        assert re.findall(r'id="medium-([0-9a-f-]{36})"', page) == ids(one)

    def test_it_asks_the_database_the_same_number_of_times_for_any_length(
        self, client, ada, django_assert_max_num_queries
    ):
        for number in range(8):
            medium = make_media(ada)
            annotations.add(medium, [Draft(point=[1, 1])] * number)
            medium.tags.add(Tag.objects.create(owner=ada, name=f"t{number}"))
        with django_assert_max_num_queries(9) as asked:
            assert len(listed(client)[0]) == 8
        Media.objects.exclude(pk=Media.objects.first().pk).delete()
        with django_assert_max_num_queries(len(asked)):
            assert len(listed(client)[0]) == 1


class TestAdding:
    def send(self, client, *files, **headers):
        return client.post(reverse("library-upload"), {"file": list(files)}, headers=headers)

    def test_files_are_kept_without_running_anything(self, client, db):
        page = client.post(
            reverse("library-upload"),
            {"file": [form_file("a.png"), form_file("b.png")]},
            follow=True,
        )
        assert "2 files added." in page.content.decode()
        assert Media.objects.count() == 2
        assert Job.objects.count() == 0

    def test_bad_files_are_named_and_good_ones_kept(self, client, db):
        page = client.post(
            reverse("library-upload"),
            {"file": [form_file("a.png"), form_file("bad.png", b"x")]},
            follow=True,
        ).content.decode()
        assert "bad.png was not taken." in page
        assert Media.objects.count() == 1

    def test_the_script_is_answered_in_json(self, client, db):
        answer = self.send(client, form_file("bad.png", b"x"), Accept="application/json").json()
        assert answer["taken"] == 0
        assert answer["refused"][0]["name"] == "bad.png"

    def test_a_zip_is_taken_apart(self, client, db):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("Ordner/Bild 1.png", picture())
            archive.writestr("写真.png", picture())
            archive.writestr("notes.txt", "not a picture")
        file = form_file("all.zip", stream.getvalue(), "application/zip")
        answer = self.send(client, file, Accept="application/json").json()
        assert answer["taken"] == 2
        assert [row["name"] for row in answer["refused"]] == ["notes.txt"]
        assert set(Media.objects.values_list("filename", flat=True)) == {"Bild 1.png", "写真.png"}


class TestDeleting:
    def post(self, client, **form):
        return client.post(reverse("library-delete"), form)

    def test_it_asks_first_and_says_what_goes_along(self, client, ada, echo_plugin):
        medium, other = make_media(ada), make_media(ada)
        make_finished_job(ada, [medium])
        make_job(ada, [medium])
        page = self.post(client, media=[str(medium.pk)]).content.decode()
        assert "Delete 1 file?" in page
        assert "1 result</strong>" in page
        assert Media.objects.count() == 2
        self.post(client, media=[str(medium.pk)], confirmed="1")
        assert list(Media.objects.all()) == [other]
        assert Job.objects.count() == 0

    def test_all_that_match(self, client, ada):
        make_media(ada, "keep.jpg")
        for number in range(3):
            make_media(ada, f"{number}.png")
        self.post(client, all="1", query="q=png", confirmed="1")
        assert Media.objects.get().filename == "keep.jpg"
        assert Blob.objects.count() == 1

    def test_more_than_one_request_takes_are_told(self, client, ada, monkeypatch):
        monkeypatch.setattr(delete, "MOST", 2)
        for _ in range(3):
            make_media(ada)
        assert "2 are deleted at once" in self.post(client, all="1").content.decode()
        self.post(client, all="1", confirmed="1")
        assert Media.objects.count() == 1

    def test_other_peoples_media_stay(self, client, ben):
        theirs = make_media(ben)
        self.post(client, media=[str(theirs.pk)], confirmed="1")
        self.post(client, all="1", confirmed="1")
        assert Media.objects.get() == theirs


class TestMarkingMany:
    def test_one_text_prompt_for_many(self, client, ada, ben):
        mine, theirs = [make_media(ada) for _ in range(2)], make_media(ben)
        chosen = [str(medium.pk) for medium in [*mine, theirs]]
        client.post(reverse("library-prompt"), {"media": chosen, "text_prompt": "a coin"})
        assert [Media.objects.get(pk=one).text_prompt for one in chosen] == ["a coin"] * 2 + [""]

    def test_tags_are_put_on_and_taken_off(self, client, ada):
        media = [make_media(ada) for _ in range(2)]
        form = {"media": [str(one.pk) for one in media], "tag_name": "street"}
        for _ in range(2):
            client.post(reverse("library-tag"), {**form, "change": "add"})
        assert listed(client, tag="street")[0] == ids(*media[::-1])
        client.post(
            reverse("library-tag"), {**form, "media": [str(media[0].pk)], "change": "remove"}
        )
        assert listed(client, tag="street")[0] == ids(media[1])
        client.post(reverse("library-tag"), {**form, "change": "remove"})
        assert not Tag.objects.exists()

    @pytest.mark.parametrize("name", ["", "a,b", "x" * 51, "a\0"])
    def test_names_that_can_not_be_are_told(self, client, ada, name):
        form = {"media": [str(make_media(ada).pk)], "tag_name": name, "change": "add"}
        page = client.post(reverse("library-tag"), form, follow=True).content.decode()
        assert 'class="message is-error"' in page
        assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["library-process", "library-delete", "library-prompt"])
@pytest.mark.parametrize("form", [{}, {"media": ["x", "\0"]}, {"all": "1"}])
def test_without_a_selection_they_say_so(client, db, name, form):
    page = client.post(reverse(name), form, follow=True).content.decode()
    assert "Nothing is selected." in page
