"""A guestbook: what visitors wrote, and a form to write more."""

import os

from flask import Flask
from flask_wtf import CSRFProtect

from FlaskSite import storage


def create_app():
    """Builds the application from the environment (on IIS: the appSettings of web.config)."""
    folder = os.environ.get("FLASKSITE_DATA")
    site = Flask(__name__, instance_path=os.path.abspath(folder) if folder else None)
    database = os.path.join(site.instance_path, "guestbook.sqlite3")
    site.config.update(
        DATABASE=database,
        # Every FastCGI process must sign with the same key, so it lives beside the entries.
        SECRET_KEY=os.environ.get("SECRET_KEY") or storage.secret_key(database),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=os.environ.get("SESSION_COOKIE_SECURE") == "1",
        MAX_CONTENT_LENGTH=64 * 1024,
    )
    CSRFProtect(site)
    return site


app = create_app()

from FlaskSite import views  # noqa: E402, F401  importing it registers the pages, which need `app`
