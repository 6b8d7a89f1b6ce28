"""Pages of the notices of change, under /alertes/changements/."""

from __future__ import annotations

from django.urls import path

from appointments.changes import views

urlpatterns = [
    path("", views.changes_page, name="changements"),
    path("retenus/envoyer", views.answer_held, {"send": True}, name="changements-envoyer"),
    path("retenus/ecarter", views.answer_held, {"send": False}, name="changements-ecarter"),
]
