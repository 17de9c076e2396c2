"""Videos through real web and worker processes: detected in, followed, cut off."""

import io

import av
import httpx
import pytest

from tests.e2e.test_image_jobs import wait_for_job
from tests.plugins import drawn_video
from tests.plugins.drawn_video import BLUE, RED, Square
from tests.plugins.yolo_tracker import stub_models
from tests.real_inputs import REAL_INPUTS, needs_real_inputs
from tests.server import Server

pytestmark = pytest.mark.slow

FRAMES = 30


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("video-server")
    weights = stub_models.save(folder, "v8")
    server = Server(folder / "data", YOLO_MODEL=str(weights))
    server.folder.mkdir()
    try:
        server.prepare()
        server.start()
        headers = {"X-API-Key": server.api_key}
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            yield client
    finally:
        server.stop()


@pytest.fixture(scope="module")
def crossing(tmp_path_factory):
    """A red and a blue square that cross."""
    squares = [Square((40, 100), (8, 0), RED), Square((380, 104), (-8, 0), BLUE)]
    path = tmp_path_factory.mktemp("videos") / "crossing.avi"
    return drawn_video.write(path, drawn_video.frames(squares, FRAMES))


def submit(client, path, plugin_id, tool, **fields):
    with path.open("rb") as file:
        answer = client.post(
            "/v1/video/submit",
            params={"plugin_id": plugin_id, "tool": tool},
            data=fields,
            files={"file": (path.name, file)},
        )
    assert answer.status_code == 200, answer.text
    return answer.json()


def done(client, accepted):
    job = wait_for_job(client, accepted["job_id"])
    assert job["status"] == "completed", job
    return client.get(f"/v1/jobs/{job['job_id']}/result").json()


def test_the_scenario_of_the_original_server(client, crossing):
    """Submit under the plugin's old name, let the worker run, find results that are not null."""
    accepted = submit(client, crossing, "yolo", "detect_objects")
    result = done(client, accepted)
    assert client.get(f"/v1/jobs/{accepted['job_id']}").json()["results"] is not None
    labels = [{one["label"] for one in frame["objects"]} for frame in result["frames"]]
    assert len(labels) == FRAMES
    assert {"red", "blue"} <= set().union(*labels)


def test_objects_keep_their_numbers_across_the_whole_way(client, crossing):
    result = done(client, submit(client, crossing, "yolo", "video_track"))
    assert sorted(track["label"] for track in result["tracks"]) == ["blue", "red"]


def test_tracks_are_drawn_into_a_video_that_browsers_play(client, crossing):
    accepted = submit(client, crossing, "motion-tracker", "video_track")
    assert done(client, accepted)["tracks"]
    item = client.get(f"/v1/jobs/{accepted['job_id']}/items").json()["results"][0]
    address = f"/v1/results/{item['id']}/preview"
    asked = client.post(address)
    assert asked.status_code < 300, asked.text
    assert wait_for_job(client, asked.json()["job_id"])["status"] == "completed"
    part = client.get(address, headers={"Range": "bytes=0-63"})
    assert (part.status_code, len(part.content)) == (206, 64)
    data = client.get(address).content
    assert data.index(b"moov") < data.index(b"mdat"), "it plays before it is all there"
    with av.open(io.BytesIO(data)) as video:
        assert video.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _frame in video.decode(video=0)) == FRAMES


@needs_real_inputs
def test_people_in_a_real_video_are_followed(client):
    path = REAL_INPUTS / "video" / "pedestrians.avi"
    accepted = submit(client, path, "motion-tracker", "video_track", params='{"every": 3}')
    assert len(done(client, accepted)["tracks"]) >= 2


def test_a_video_that_breaks_off_is_worked_on_as_far_as_it_goes_and_says_so(
    client, crossing, tmp_path
):
    half = tmp_path / "half.avi"
    half.write_bytes(crossing.read_bytes()[: crossing.stat().st_size // 2])
    result = done(client, submit(client, half, "motion-tracker", "video_track"))
    assert result["truncated"] is True
    assert 0 < result["frame_count"] < result["frames_expected"] == FRAMES
