"""GET /v1/media/{id}"""

from tests.factories import make_media, picture


def test_a_medium_says_what_it_is(client, owner):
    data = picture(64, 48, "JPEG")
    medium = make_media(owner, "ein Bild.jpg", data)
    body = client.get(f"/v1/media/{medium.pk}").json()
    assert body == {
        "id": str(medium.pk),
        "kind": "image",
        "filename": "ein Bild.jpg",
        "content_type": "image/jpeg",
        "size_bytes": len(data),
        "sha256": medium.blob.sha256,
        "width": 64,
        "height": 48,
        "duration_s": None,
        "frame_count": 1,
        "text_prompt": "",
        "created_at": body["created_at"],
        "urls": {
            "self": f"http://testserver/v1/media/{medium.pk}",
            "file": f"http://testserver/v1/media/{medium.pk}/file",
            "thumbnail": f"http://testserver/v1/media/{medium.pk}/thumbnail",
        },
    }


def test_its_links_lead_to_pictures(client, owner):
    urls = client.get(f"/v1/media/{make_media(owner).pk}").json()["urls"]
    assert client.get(urls["file"])["Content-Type"] == "image/png"
    assert client.get(urls["thumbnail"])["Content-Type"] == "image/webp"
