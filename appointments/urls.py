"""Pages of the alerts about appointments, under /alertes/."""

from __future__ import annotations

from appointments.changes.urls import urlpatterns as changes

urlpatterns = [*changes]
