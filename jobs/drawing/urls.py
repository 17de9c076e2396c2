"""URLs of drawn results: a page and API routes."""

from django.urls import path

from forgesyte.api_router import Router
from jobs.drawing.pages import make_track_video
from jobs.drawing.pictures_api import PictureViewSet
from jobs.drawing.track_video_api import TrackVideo

api = Router()
api.register("results", PictureViewSet, "api")
api.register("results", TrackVideo, "api-track")

pages = [
    path(
        "jobs/<uuid:job_id>/items/<uuid:item_id>/track-video", make_track_video, name="track-video"
    ),
]
