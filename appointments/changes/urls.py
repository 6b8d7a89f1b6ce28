"""The page of notices of change, and the answer to those that are held."""

from __future__ import annotations

from django.urls import path

from appointments.changes import views

urlpatterns = [
    path("changements/", views.changes_page, name="changements"),
    path("changements/retenus/envoyer", views.answer_held, {"send": True}, name="changements-envoyer"),
    path("changements/retenus/ecarter", views.answer_held, {"send": False}, name="changements-ecarter"),
]
