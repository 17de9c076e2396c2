"""All settings, each from one environment variable (listed in docs/settings.md)."""

import contextlib
import os
import secrets
import warnings
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from forgesyte.env import env_bool, env_choice, env_int, env_list, env_str

BASE_DIR = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024

# --- folders ----------------------------------------------------------------------------
DATA_DIR = Path(env_str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
MEDIA_ROOT = DATA_DIR / "media"
UPLOAD_DIR = DATA_DIR / "tmp"  # uploads and host work folders: same disk as the media
RUN_DIR = DATA_DIR / "run"  # doorbell sockets
for folder in (DATA_DIR, MEDIA_ROOT, UPLOAD_DIR, RUN_DIR):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """The operator's key, or one generated at the first start and stored with the data."""
    if key := env_str("SECRET_KEY"):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        draft = path.with_name(f".secret_key.{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env_bool("HTTPS", False)  # behind a TLS proxy that sets X-Forwarded-Proto

# --- limits for uploads and jobs --------------------------------------------------------
MAX_IMAGE_BYTES = env_int("MAX_IMAGE_MB", 50, minimum=1) * MIB
MAX_IMAGE_PIXELS = env_int("MAX_IMAGE_MEGAPIXELS", 100, minimum=1) * 1_000_000
MAX_IMAGE_FRAMES = env_int("MAX_IMAGE_FRAMES", 100, minimum=1)
MAX_VIDEO_BYTES = env_int("MAX_VIDEO_MB", 2048, minimum=1) * MIB
MAX_VIDEO_SECONDS = env_int("MAX_VIDEO_SECONDS", 4 * 3600, minimum=1)
MAX_VIDEO_PIXELS = env_int("MAX_VIDEO_MEGAPIXELS", 40, minimum=1) * 1_000_000
MAX_VIDEO_FRAMES = env_int("MAX_VIDEO_FRAMES", 1_000_000, minimum=1)
MAX_FILES_PER_JOB = env_int("MAX_FILES_PER_JOB", 100, minimum=1)
MAX_ITEMS_PER_JOB = env_int("MAX_ITEMS_PER_JOB", 10_000, minimum=1)
MAX_RESULT_INLINE_BYTES = MIB
PROBE_TIMEOUT_S = env_int("PROBE_TIMEOUT_S", 30, minimum=1)
PROBE_MEMORY_MB = env_int("PROBE_MEMORY_MB", 1024, minimum=128)
FREE_DISK_FLOOR_BYTES = env_int("FREE_DISK_FLOOR_MB", 500) * MIB

# --- the queue and its workers ----------------------------------------------------------
WORKERS = env_int("WORKERS", os.cpu_count() or 2, minimum=1)
WORKER_LANES = env_list("WORKER_LANES", ["cpu"])
LEASE_S = env_int("LEASE_S", 30, minimum=5)
MAX_ATTEMPTS = env_int("MAX_ATTEMPTS", 3, minimum=1)
STORAGE_PAUSE_S = env_int("STORAGE_PAUSE_S", 10, minimum=1)
STOP_GRACE_S = env_int("STOP_GRACE_S", 10)
WARM_HOSTS = env_int("WARM_HOSTS", 4, minimum=1)
HOST_IDLE_S = env_int("HOST_IDLE_S", 600, minimum=1)
PREVIEWS = env_choice("PREVIEWS", "on_request", ("on_request", "always"))
PREVIEW_SIDE = 960  # pixels of a preview video's longer side
PLUGIN_DIRS = [Path(p).resolve() for p in env_list("PLUGIN_DIRS", [])]

# django-q2 warns about a timeout of None; our limits are enforced elsewhere, see below.
warnings.filterwarnings("ignore", message="Retry and timeout are misconfigured")
Q_CLUSTER: dict[str, Any] = {
    "name": "forgesyte",
    "broker_class": "jobs.engine.broker.JobBroker",
    "orm": "default",
    "workers": WORKERS,
    "timeout": None,  # limits are enforced in the plugin host, native code included
    "retry": 600,
    "bulk": 1,
    "poll": 0,  # the broker waits at the doorbell instead
    "save_limit": -1,
    "max_attempts": 10,
    "recycle": 100_000,
    "catch_up": False,
    "log_level": "WARNING",
    "label": "Queue internals",
}

# --- web --------------------------------------------------------------------------------
PORT = env_int("PORT", 8000, minimum=1)
BIND = env_str("BIND", "127.0.0.1")
WEB_PROCESSES = env_int("WEB_PROCESSES", 1, minimum=1)
WEB_THREADS = env_int("WEB_THREADS", 16, minimum=1)

INSTALLED_APPS = [
    "forgesyte",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_q",
    "plugins_app",
    "jobs",
]
MIDDLEWARE = [
    "forgesyte.request_id.RequestIdMiddleware",
    "forgesyte.api_paths.OptionalSlashMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jobs.intake.middleware.UploadGuardMiddleware",  # no middleware before it reads a body
]
ROOT_URLCONF = "forgesyte.urls"
WSGI_APPLICATION = "forgesyte.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database ---------------------------------------------------------------------------
# Workers may lose their last completions in a power cut, because those are simply run again. The
# web process must not lose what it accepted, so it leaves SQLITE_SYNCHRONOUS at FULL.
SQLITE_SYNCHRONOUS = env_str("SQLITE_SYNCHRONOUS", "FULL")
DATABASES = {
    "default": dj_database_url.parse(
        env_str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'forgesyte.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous={SQLITE_SYNCHRONOUS};"
            "PRAGMA busy_timeout=20000; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
            "PRAGMA wal_autocheckpoint=4000;"  # 16 MB: a quarter of the default's syncs
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- files ------------------------------------------------------------------------------
STORAGES = {
    "default": {"BACKEND": "jobs.storage.LocalStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["jobs.intake.upload.HashingUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(UPLOAD_DIR)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MIB  # forms and JSON; files are streamed to disk
DATA_UPLOAD_MAX_NUMBER_FILES = MAX_FILES_PER_JOB
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

# --- people and their browsers ----------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "upload"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "forgesyte.error_views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- API --------------------------------------------------------------------------------
APPEND_SLASH = False
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jobs.web.auth.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["jobs.web.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "jobs.web.browsable.BrowsableAPIRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["jobs.web.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "jobs.web.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ForgeSyte",
    "DESCRIPTION": "A self-hosted computer-vision job server.",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/v1",
    "SERVE_PERMISSIONS": ["jobs.web.auth.HasScope"],
    "ENUM_NAME_OVERRIDES": {
        "JobStatus": "jobs.models.JobStatus",
        "ItemStatus": "jobs.models.ItemStatus",
        "MediaKind": "jobs.models.UPLOAD_CHOICES",
        "AnnotationKind": "jobs.models.annotation.AnnotationKind",
        "OutputEnum": "plugins_app.outputs.NAMES",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname:7} [{request_id}] {name}: {message}",
            "style": "{",
        },
    },
    "filters": {
        "request_id": {"()": "forgesyte.request_id.RequestIdFilter"},
        "refusals": {"()": "forgesyte.log_filters.RefusalFilter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id", "refusals"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env_str("LOG_LEVEL", "INFO").upper()},
    "loggers": {"django-q": {"level": "WARNING"}},
}
