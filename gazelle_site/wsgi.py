"""The web process, as gunicorn runs it."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

WILL_NOT_START = 3  # by this status of a worker, gunicorn knows that starting another one is no use

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gazelle_site.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(WILL_NOT_START)
