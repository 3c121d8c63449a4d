"""Django's settings, all of them made from the settings of the installation."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from holdfast.collect.sources.delivery import BODY_BYTES
from holdfast.web.environment import settings_of

INSTALLATION = settings_of()
WORKSPACE: Path = INSTALLATION["WORKSPACE"].resolve()
DATABASE_FILE = "web.sqlite"
SECRET_FILE = "web.secret"  # noqa: S105 - the name of a file


def _secret() -> str:
    """The key told, else the one kept in the workspace, else one for this process alone."""
    if told := str(INSTALLATION["SECRET_KEY"]):
        return told
    kept = WORKSPACE / SECRET_FILE
    return kept.read_text(encoding="ascii").strip() if kept.is_file() else secrets.token_urlsafe(48)


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = INSTALLATION["ALLOWED_HOSTS"]
INSTALLED_APPS = ["holdfast.web.workspaces", "holdfast.web.jobs", "holdfast.web.webhooks"]
MIDDLEWARE = ["holdfast.web.requests.Requests"]
ROOT_URLCONF = "holdfast.web.urls"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES

# A file of its own: Python's SQLite must never open the catalog that DuckDB has attached.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": WORKSPACE / DATABASE_FILE,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "holdfast.web.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "holdfast": {"level": INSTALLATION["LOG_LEVEL"]},
        "django.request": {"level": "ERROR"},
    },
}
