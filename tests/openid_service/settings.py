"""Django's settings of the provider: its port and its file are told, its key is made anew."""

import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def _key() -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


SECRET_KEY = "of the provider"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.openid_service.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["PROVIDER_FILE"],
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
    }
}
LOGIN_URL = "/who/"
SESSION_COOKIE_NAME = "provider_session"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": _key(),
    "OAUTH2_VALIDATOR_CLASS": "tests.openid_service.signing.Signing",
    "PKCE_REQUIRED": True,
    "SCOPES": {"openid": "who one is", "email": "the mailbox"},
}
