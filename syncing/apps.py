from __future__ import annotations

from django.apps import AppConfig


class SyncingConfig(AppConfig):
    name = "syncing"
    verbose_name = "Synchronisation"

    def ready(self) -> None:
        from syncing import lookups  # noqa: F401  # registers itself once the fields exist
