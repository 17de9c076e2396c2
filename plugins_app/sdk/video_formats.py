"""Restricts FFmpeg to the containers that are accepted as videos (``signatures``).

Without these options, a text file named .mp4 can make FFmpeg read other files: ``ffconcat`` scripts
and HLS playlists refer to any file. Everything that opens a video with OpenCV or PyAV uses them.
"""

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
"""FFmpeg's names for the accepted containers: MP4, MOV and M4V; Matroska and WebM; AVI."""

PROTOCOLS = "file"

CV2_VARIABLE = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
CV2_OPTIONS = f"format_whitelist;{DEMUXERS}|protocol_whitelist;{PROTOCOLS}"
"""Value for ``CV2_VARIABLE``, which OpenCV reads each time it opens a video."""

AV_OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": PROTOCOLS}
"""``container_options`` for ``av.open``."""
