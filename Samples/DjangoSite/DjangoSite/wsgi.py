"""The WSGI application, for servers that look for one by name."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "DjangoSite.settings")

application = get_wsgi_application()
