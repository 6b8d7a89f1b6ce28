from __future__ import annotations

from django.apps import AppConfig


class PianosConfig(AppConfig):
    name = "pianos"
    verbose_name = "Pianos"
