"""How FFmpeg is kept to the containers that are taken as videos (``signatures``).

Without the options below a text named .mp4 can make FFmpeg read other files: ``ffconcat`` scripts
and HLS playlists name what they want. Everything that opens a video uses them, in OpenCV and PyAV.
"""

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
"""FFmpeg's names of the containers that are taken: MP4, MOV and M4V; Matroska and WebM; AVI."""

PROTOCOLS = "file"

CV2_VARIABLE = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
CV2_OPTIONS = f"format_whitelist;{DEMUXERS}|protocol_whitelist;{PROTOCOLS}"
"""Value of ``CV2_VARIABLE``, which OpenCV reads whenever it opens a video."""

AV_OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": PROTOCOLS}
"""``container_options`` of ``av.open``."""
