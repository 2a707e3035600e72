"""Runs the guestbook on this machine: python runserver.py."""

import os

from FlaskSite import app

if __name__ == "__main__":
    host = os.environ.get("SERVER_HOST", "localhost")
    try:
        port = int(os.environ.get("SERVER_PORT", "5555"))
    except ValueError:
        port = 5555
    app.run(host, port)
