from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SiteConfig(AppConfig):
    name = "gazelle_site"
    verbose_name = "Assistant Gazelle"
    default = True

    def ready(self) -> None:
        from gazelle_site.admin_icons import speak_french  # the admin is there once the apps are

        speak_french()


class AdminConfig(admin_apps.AdminConfig):
    default_site = "gazelle_site.admin_site.GazelleAdminSite"
    default = False
