"""The unit converter as a WSGI application, and a server for development."""

import os
import sys

import bottle

import routes  # noqa: F401  importing it registers the pages

HERE = os.path.dirname(os.path.abspath(__file__))

bottle.TEMPLATE_PATH.insert(0, os.path.join(HERE, "views"))
if "--debug" in sys.argv[1:] or "SERVER_DEBUG" in os.environ:
    bottle.debug(True)


def wsgi_app():
    """Returns the application; web.config names this function."""
    return bottle.default_app()


if __name__ == "__main__":
    host = os.environ.get("SERVER_HOST", "localhost")
    try:
        port = int(os.environ.get("SERVER_PORT", "5555"))
    except ValueError:
        port = 5555
    bottle.run(app=wsgi_app(), server="wsgiref", host=host, port=port)
