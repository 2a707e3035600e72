"""Serves the site with waitress: what IIS's HttpPlatformHandler starts (see web.config)."""

import argparse
import os

import django
import waitress
from django.core.management import call_command


def main():
    """Brings the database up to date, then serves until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=os.environ.get("SERVER_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=os.environ.get("HTTP_PLATFORM_PORT", "5555"))
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "DjangoSite.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)

    from DjangoSite.wsgi import application

    waitress.serve(application, host=options.host, port=options.port, threads=8)


if __name__ == "__main__":
    main()
