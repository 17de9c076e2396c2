"""GET /v1/media/{id}/thumbnail"""

import io

from PIL import Image

from jobs.models import Blob
from tests.api.asserts import assert_problem
from tests.factories import make_media, picture


def test_a_small_picture_for_lists(client, owner):
    medium = make_media(owner, "ein Bild.jpg", picture(1200, 800, "JPEG"))
    response = client.get(f"/v1/media/{medium.pk}/thumbnail")
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Disposition"] == 'inline; filename="ein Bild-thumbnail.webp"'
    assert Image.open(io.BytesIO(response.getvalue())).size == (480, 320)


def test_it_is_kept_by_the_browser(client, owner):
    url = f"/v1/media/{make_media(owner).pk}/thumbnail"
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_two_pictures_have_two_tags(client, owner):
    tags = {client.get(f"/v1/media/{make_media(owner).pk}/thumbnail")["ETag"] for _ in range(2)}
    assert len(tags) == 2


def test_without_one_it_is_not_found(client, owner):
    medium = make_media(owner)
    Blob.objects.update(thumbnail="")
    assert_problem(client.get(f"/v1/media/{medium.pk}/thumbnail"), 404)
    assert client.get(f"/v1/media/{medium.pk}").json()["urls"]["thumbnail"] is None
