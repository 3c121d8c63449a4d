"""Django's settings, all of them made from the settings of the installation."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from holdfast.collect.sources.delivery import BODY_BYTES
from holdfast.installation import Database, local
from holdfast.web.environment import settings_of

INSTALLATION = settings_of()
WORKSPACE: Path = INSTALLATION["WORKSPACE"].resolve()
SPOOL: Path = local(WORKSPACE) / "spool"
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
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "holdfast.web.workspaces",
    "holdfast.web.jobs",
    "holdfast.web.webhooks",
    "holdfast.web.customers",
    "holdfast.web.reports",
    "holdfast.web.digests",
    "holdfast.web.alerts",
]
MIDDLEWARE = [
    "holdfast.web.requests.Requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
AUTH_USER_MODEL = "workspaces.Member"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
OTP_TOTP_ISSUER = "Holdfast"
OTP_TOTP_THROTTLE_FACTOR = 0  # attempts are counted by `workspaces.members`, for all kinds of them alike
SESSION_COOKIE_NAME = "holdfast_session"
SESSION_COOKIE_AGE = 14 * 86_400
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "holdfast.web.pages.missing.forged"
ROOT_URLCONF = "holdfast.web.urls"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES

SCHEMA = "web"
"""The schema of a team's database that is the server's own."""


def _postgres(database: Database) -> dict[str, Any]:
    """A few connections for all threads: intake asks seldom, because keys are remembered for a while."""
    told = dict(database.facts)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.pop("dbname"),
        "HOST": told.pop("host"),
        "PORT": told.pop("port"),
        "USER": told.pop("user", ""),
        "PASSWORD": database.password,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "holdfast-web",
            **told,
            "options": f"{told.get('options', '')} -c search_path={SCHEMA}".strip(),
            "pool": {"min_size": 0, "max_size": 8, "timeout": 3},
        },
    }


def _sqlite() -> dict[str, Any]:
    """A file of its own: Python's SQLite must never open the catalog that DuckDB has attached."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": WORKSPACE / DATABASE_FILE,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


DATABASE: Database | None = INSTALLATION["DATABASE_URL"]
DATABASES: dict[str, dict[str, Any]] = {"default": _postgres(DATABASE) if DATABASE else _sqlite()}

EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = INSTALLATION["MAIL_FROM"]
globals().update(INSTALLATION["MAIL_URL"] or {})

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
