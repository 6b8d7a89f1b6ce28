"""The page of the report, under /systeme/rapport/."""

from __future__ import annotations

from django.urls import path

from pianos.report import views

urlpatterns = [
    path("", views.report_page, name="rapport"),
    path("produire", views.ask_now, name="rapport-produire"),
    path("fichier", views.download, name="rapport-fichier"),
]
