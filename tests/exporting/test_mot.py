"""MOT CSV, read back by motmetrics."""

import configparser

import motmetrics
import pytest

from tests.exporting.drawn import detection, detections, tracks


def test_tracks_are_read_back(desk):
    folder = desk.add("tracks", tracks(5, gone=(2,)), name="видео.mp4", video=5).unpacked("mot")
    table = motmetrics.io.loadtxt(str(folder / "видео/gt/gt.txt"), fmt="mot16")
    assert [key for key, _row in table.iterrows()] == [(1, 7), (2, 7), (4, 7), (5, 7)]
    row = table.loc[(4, 7)]
    assert [row[n] for n in ("X", "Y", "Width", "Height")] == [3, 2, 10, 8]
    assert (row["Confidence"], row["ClassId"]) == (0.5, 1)
    lines = (folder / "видео/gt/gt.txt").read_text().splitlines()
    assert lines[0] == "1,7,1,3,10,8,0.5,1,1,-1"
    facts = configparser.ConfigParser()
    facts.read(folder / "видео/seqinfo.ini", encoding="utf-8")
    assert (facts["Sequence"]["seqLength"], facts["Sequence"]["frameRate"]) == ("5", "25")
    assert facts["Sequence"]["name"] == "видео"
    assert (folder / "видео/labels.txt").read_text() == "car\n"


def test_detections_without_ids_are_detections(desk):
    frames = [{"frame": n, "time": n, "objects": [detection()]} for n in range(2)]
    files = desk.add("detections", {"frames": frames}, name="v.mp4", video=2).export("mot")
    assert files["v/det/det.txt"].decode().splitlines()[1] == "2,-1,2,3,10,8,0.9,1,1,-1"
    assert "v/gt/gt.txt" not in files


def test_ids_that_are_words_become_numbers(desk):
    result = tracks(3)
    for frame in result["frames"]:
        frame["objects"][0]["track_id"] = "left one"
    files = desk.add("tracks", result, name="v.mp4", video=3).export("mot")
    assert [line.split(",")[1] for line in files["v/gt/gt.txt"].decode().splitlines()] == ["1"] * 3


def test_two_results_of_one_video_have_a_folder_each(desk):
    desk.add("tracks", tracks(2), name="v.mp4", medium="m", video=2)
    desk.add("tracks", tracks(2), name="v.mp4", medium="m", video=2)
    assert {"v/gt/gt.txt", "v-2/gt/gt.txt"} <= set(desk.export("mot"))


def test_a_picture_has_no_tracks(desk):
    from plugins_app.sdk import ToolError

    with pytest.raises(ToolError, match="for tracks and detections in videos"):
        desk.add("detections", detections(detection())).export("mot")
