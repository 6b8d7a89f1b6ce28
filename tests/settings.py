"""The product's settings, with what a test suite may not have: slow hashes, collected static files, a real `.env`."""

from __future__ import annotations

import os

os.environ["ENV_FILE"] = os.devnull  # a developer's own .env must not change what the tests see
os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("TOKEN_ENCRYPTION_KEYS", "6dHhNQF2mXGLGW9oTBwzVPvVFk9E9rjY8yJxqPZ2ZgE=")

from gazelle_site.settings import *  # noqa: F403
from gazelle_site.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toyshop"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
