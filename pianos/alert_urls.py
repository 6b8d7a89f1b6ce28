"""Maintenance alerts, under /alertes/entretien/."""

from __future__ import annotations

from django.urls import path

from pianos import alert_views as views

urlpatterns = [
    path("", views.alerts_page, name="alertes-entretien"),
    path("mots/", views.words_page, name="alertes-mots"),
    path("mots/ajouter", views.add_words, name="alertes-mots-ajouter"),
    path("<int:pk>/", views.alert_page, name="alerte-entretien"),
    path("<int:pk>/resoudre", views.resolve_view, name="alerte-resoudre"),
    path("<int:pk>/archiver", views.archive_view, name="alerte-archiver"),
    path("<int:pk>/rouvrir", views.reopen_view, name="alerte-rouvrir"),
    path("<int:pk>/noter", views.note_view, name="alerte-noter"),
    path("<int:pk>/confier", views.assign_view, name="alerte-confier"),
]
