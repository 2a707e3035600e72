"""Settings of DjangoSite. What differs between machines comes from the environment:

DJANGO_DEBUG            1 shows error pages with details (never on a server)
DJANGO_SECRET_KEY       the key that signs sessions; default: a file made at the first start
DJANGO_DATABASE         the SQLite file; default: db.sqlite3 in this project
DJANGO_ALLOWED_HOSTS    host names, separated by commas
DJANGO_TRUSTED_ORIGINS  such as https://polls.example.org, separated by commas
"""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent


def listed(name, default):
    """Returns an environment variable's comma-separated values."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def kept_secret_key(path):
    """Returns the key in a file, and makes the file where there is none."""
    try:
        return path.read_text()
    except FileNotFoundError:
        key = get_random_secret_key()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
        return key


DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or kept_secret_key(BASE_DIR / "secret_key.txt")
ALLOWED_HOSTS = listed("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.azurewebsites.net")
# IIS ends TLS before Python sees the request, so Django must be told which origins are its own.
CSRF_TRUSTED_ORIGINS = listed("DJANGO_TRUSTED_ORIGINS", "https://*.azurewebsites.net")

INSTALLED_APPS = [
    "app",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Answers for /static/ where no web server does; IIS does (see static/web.config).
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "DjangoSite.urls"
WSGI_APPLICATION = "DjangoSite.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_DATABASE", str(BASE_DIR / "db.sqlite3")),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Serve from the folders above: the project needs no collectstatic.
WHITENOISE_USE_FINDERS = True
