"""The routes of jobs, relative to /v1/. A slash at the end is optional (forgesyte.api_paths)."""

from django.urls import path

from forgesyte.api_router import Router
from jobs.annotating import urls as annotating
from jobs.api import early, history, job_items, jobs, media, results, root, submit
from jobs.comparing import urls as comparing
from jobs.drawing import urls as drawing
from jobs.exporting import urls as exporting

router = Router()
router.register("image/submit", submit.SubmitImage, "api-submit-image")
router.register("video/submit", submit.SubmitVideo, "api-submit-video")
router.register("jobs", jobs.JobViewSet, "api-job")
router.register("jobs/<uuid:job_id>/items", job_items.JobItemViewSet, "api-job-items")
router.register("results", results.ItemViewSet, "api-item")
router.register("results/<uuid:item_id>/artifacts", results.ArtifactViewSet, "api-artifact")
router.register("images", media.ImageViewSet, "api-image")
router.register("images/<uuid:media_id>/history", history.HistoryViewSet, "api-history")
router.register("videos", media.VideoViewSet, "api-videos")
router.register("media", media.MediaViewSet, "api-media")
router.register("analyze", early.Analyze, "api-analyze")
router.register("video/status", early.VideoStatus, "api-video-status")
router.register("video/results", early.VideoResults, "api-video-results")

urlpatterns = [
    path("", root.Root.as_view(), name="api-root"),
    path("schema", root.schema, name="api-schema"),
    path("docs", root.docs, name="api-docs"),
    *router.urls,
    *annotating.api.urls,
    *comparing.api.urls,
    *drawing.api.urls,
    *exporting.api.urls,
]
