"""The routes of jobs, relative to /v1/. A slash at the end is optional (forgesyte.api_paths)."""

from django.urls import path

from jobs.annotating import api as annotations
from jobs.annotating import import_api as annotation_import
from jobs.annotating import takeover_api
from jobs.api import (
    history,
    images,
    items,
    job_detail,
    job_list,
    job_retry,
    library,
    media,
    preview,
    root,
    videos,
)
from jobs.comparing import api as compare
from jobs.drawing import pictures_api as pictures
from jobs.drawing import track_video_api as track_video
from jobs.exporting import api as exports
from jobs.exporting import result_api as result_export

urlpatterns = [
    path("", root.Root.as_view(), name="api-root"),
    path("schema", root.schema, name="api-schema"),
    path("docs", root.docs, name="api-docs"),
    path("image/submit", images.SubmitImage.as_view(), name="api-submit-image"),
    path("video/submit", videos.SubmitVideo.as_view(), name="api-submit-video"),
    path("video/status/<uuid:job_id>", videos.VideoStatus.as_view(), name="api-video-status"),
    path("video/results/<uuid:job_id>", videos.VideoResults.as_view(), name="api-video-results"),
    path("analyze", images.Analyze.as_view(), name="api-analyze"),
    path("jobs", job_list.JobList.as_view(), name="api-jobs"),
    path("jobs/preview", preview.JobPreview.as_view(), name="api-job-preview"),
    path("jobs/<uuid:job_id>", job_detail.JobDetail.as_view(), name="api-job"),
    path("jobs/<uuid:job_id>/items", job_detail.JobItems.as_view(), name="api-job-items"),
    path("jobs/<uuid:job_id>/result", job_detail.JobResultFile.as_view(), name="api-job-result"),
    path("jobs/<uuid:job_id>/video", videos.JobVideo.as_view(), name="api-job-video"),
    path("jobs/<uuid:job_id>/cancel", job_detail.CancelJob.as_view(), name="api-job-cancel"),
    path("jobs/<uuid:job_id>/retry", job_retry.RetryJob.as_view(), name="api-job-retry"),
    path("results/<uuid:item_id>", items.ItemDetail.as_view(), name="api-item"),
    path("results/<uuid:item_id>/result", items.ItemResultFile.as_view(), name="api-item-result"),
    path(
        "results/<uuid:item_id>/annotations", takeover_api.TakeOver.as_view(), name="api-take-over"
    ),
    path("results/<uuid:item_id>/mask", pictures.Mask.as_view(), name="api-mask"),
    path("results/<uuid:item_id>/overlay", pictures.Overlay.as_view(), name="api-overlay"),
    path(
        "results/<uuid:item_id>/preview",
        track_video.TrackVideo.as_view(),
        name="api-track-video",
    ),
    path(
        "results/<uuid:item_id>/artifacts/<str:name>",
        items.ArtifactFile.as_view(),
        name="api-artifact",
    ),
    path(
        "annotations/import",
        annotation_import.ImportAnnotations.as_view(),
        name="api-import-annotations",
    ),
    path("compare/results", compare.CompareResults.as_view(), name="api-compare-results"),
    path("compare/jobs", compare.CompareJobs.as_view(), name="api-compare-jobs"),
    path(
        "results/<uuid:item_id>/export",
        result_export.ResultExport.as_view(),
        name="api-result-export",
    ),
    path("export-formats", exports.Formats.as_view(), name="api-export-formats"),
    path("exports", exports.ExportList.as_view(), name="api-exports"),
    path("exports/<uuid:export_id>", exports.ExportDetail.as_view(), name="api-export"),
    path("exports/<uuid:export_id>/file", exports.ExportFile.as_view(), name="api-export-file"),
    path("images", library.Images.as_view(), name="api-images"),
    path("images/<uuid:media_id>", media.ImageDetail.as_view(), name="api-image"),
    path(
        "images/<uuid:media_id>/annotations",
        annotations.Annotations.as_view(),
        name="api-annotations",
    ),
    path(
        "images/<uuid:media_id>/annotations/<uuid:annotation_id>",
        annotations.AnnotationDetail.as_view(),
        name="api-annotation",
    ),
    path("images/<uuid:media_id>/history", history.History.as_view(), name="api-history"),
    path("videos", library.Videos.as_view(), name="api-videos"),
    path("media/<uuid:media_id>", media.MediaDetail.as_view(), name="api-media"),
    path("media/<uuid:media_id>/file", media.MediaFile.as_view(), name="api-media-file"),
    path(
        "media/<uuid:media_id>/thumbnail",
        media.MediaThumbnail.as_view(),
        name="api-media-thumbnail",
    ),
]
