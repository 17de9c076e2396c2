"""POST /v1/annotations/import: boxes from YOLO files."""

import pytest

from tests.api.asserts import assert_problem
from tests.api.box_files import LINE, boxes_on, outcome, sender, zipped
from tests.factories import make_media, picture


@pytest.fixture
def image(owner):
    return make_media(owner, "street.png", picture(80, 40))


@pytest.fixture
def send(client):
    return sender(client)


def test_text_files_with_classes(send, image):
    response = send({"street.txt": LINE + "0 0.125 0.25 0.25 0.5", "classes.txt": "car\nbus\n"})
    assert outcome(response)["status"] == "taken"
    assert boxes_on(image) == [
        ("bus", "segment", [30, 10, 20, 20]), ("car", "segment", [0, 0, 20, 20])
    ]  # fmt: skip


@pytest.mark.parametrize(
    "names",
    ["names: [car, bus]", "names:\n  0: car\n  1: bus\n", "nc: 2\nnames: ['car', 'bus']"],
)
def test_a_zip_with_data_yaml_and_pictures(send, image, names):
    archive = zipped(
        {
            "set/data.yaml": names,
            "set/labels/train/street.txt": LINE,
            "set/images/train/street.png": picture(),
        }
    )
    response = send({"set.zip": archive})
    assert response.json()["ignored"] == ["set/images/train/street.png"]
    assert boxes_on(image)[0][0] == "bus"


def test_without_names_the_label_is_the_number(send, image):
    send({"street.txt": LINE})
    assert boxes_on(image)[0][0] == "1"


def test_outlines_and_confidences(send, image):
    send({"street.txt": "0 0.1 0.1 0.3 0.1 0.3 0.5 0.1 0.5\n0 0.5 0.5 0.25 0.5 0.87\n"})
    assert [[round(v, 3) for v in box] for _l, _r, box in boxes_on(image)] == [
        [8, 4, 16, 16], [30, 10, 20, 20]
    ]  # fmt: skip


def test_a_file_without_lines_is_an_image_without_boxes(send, image):
    assert outcome(send({"street.txt": "\n"}))["added"] == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0.5 0.5 nan 0.5", "from 0 to 1"),
        ("0 320 240 64 48", "from 0 to 1"),
        ("0 0.5 0.5 0.2", "neither"),
        ("car 0.5 0.5 0.2 0.2", "not made of numbers"),
        ("-1 0.5 0.5 0.2 0.2", "class"),
        ("nan 0.5 0.5 0.2 0.2", "class"),
        ("1e300 0.5 0.5 0.2 0.2", "class"),
        ("5 0.5 0.5 0.2 0.2", "no name for class 5"),
    ],
)
def test_one_bad_line_keeps_all_of_its_image_out(send, image, line, said):
    response = send({"street.txt": f"{LINE}{line}", "classes.txt": "car\nbus"})
    assert said in outcome(response)["errors"][0]
    assert boxes_on(image) == []


def test_a_line_without_size_is_left_out_alone(send, image):
    said = outcome(send({"street.txt": f"0 0.5 0.5 0 0.2\n{LINE}"}))
    assert said["errors"] == ["Line 1: it was left out, for it has no width or no height."]
    assert (said["status"], said["added"]) == ("taken", 1)


def test_places_are_kept_to_a_thousandth_of_a_pixel(send, owner):
    wide = make_media(owner, "wide.png", picture(1000, 333))
    send({"wide.txt": "0 0.3 0.35 0.26 0.123456789"})
    [(_label, _role, box)] = boxes_on(wide)
    assert box == [round(value, 3) for value in box]
    assert box == pytest.approx([170, 95.994, 260, 41.111], abs=0.001)


def test_a_box_that_is_cut_at_the_edge_is_rounded_too(send, image):
    send({"street.txt": "0 0.95 0.5 0.3333 0.5"})
    assert boxes_on(image)[0][2] == [62.668, 10, 17.332, 20]


def test_an_empty_file_is_an_image_without_objects(send, owner, image):
    make_media(owner, "empty.png", picture(80, 40))
    response = send({"street.txt": LINE, "empty.txt": ""})
    assert [outcome(response, n)["status"] for n in (0, 1)] == ["taken", "taken"]
    assert response.json()["added"] == 1


def test_an_empty_list_of_classes_is_named(send, image):
    assert_problem(send({"street.txt": LINE, "classes.txt": ""}), 400, "classes.txt is empty")


@pytest.mark.parametrize(
    "name", ["README.txt", "set/README.roboflow.txt", "LICENSE.txt", "train.txt", "val.txt"]
)
def test_texts_about_the_labels_are_passed_over(send, image, name):
    about = "Großartig, 3 von 4\n./images/train/street.png\n".encode("latin-1")
    response = send({"set.zip": zipped({name: about, "labels/street.txt": LINE})})
    assert [one["image"] for one in response.json()["files"]] == ["street"]
    assert response.json()["ignored"] == [name]


def test_labels_of_an_image_called_train_are_labels(send, owner):
    train = make_media(owner, "train.png", picture(80, 40))
    send({"train.txt": LINE})
    assert len(boxes_on(train)) == 1


def test_lists_of_classes_that_differ_are_refused(send, image):
    sent = {"street.txt": LINE, "classes.txt": "a\nb", "data.yaml": "names: [b, a]"}
    assert_problem(send(sent), 422, "differ")


@pytest.mark.parametrize(
    "names",
    ["names: {a: [", "names: 5", "- " * 5000, "a: &a [x]\nnames: *b", "names: 2026-13-45"],
)
def test_hostile_yaml_is_no_server_error(send, image, names):
    assert send({"street.txt": LINE, "data.yaml": names}).status_code in (200, 400)


def test_yaml_makes_no_objects(send, image, tmp_path):
    target = tmp_path / "made"
    text = f"names: !!python/object/apply:os.mkdir ['{target}']"
    assert_problem(send({"street.txt": LINE, "data.yaml": text}), 400, "YAML")
    assert not target.exists()


def test_two_files_for_one_image_are_told(send, image):
    archive = zipped({"train/street.txt": LINE, "val/street.txt": "0 0.5 0.5 0.1 0.1"})
    response = send({"set.zip": archive})
    assert [one["status"] for one in response.json()["files"]] == ["repeated", "taken"]
    assert len(boxes_on(image)) == 1
