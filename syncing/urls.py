"""Pages of the engine, under /systeme/."""

from __future__ import annotations

from django.urls import path

from syncing import connect_views, views

urlpatterns = [
    path("", views.systeme, name="systeme"),
    path("gazelle/", connect_views.gazelle, name="gazelle"),
    path("gazelle/connecter", connect_views.gazelle_connect, name="gazelle-connect"),
    path("gazelle/retour", connect_views.gazelle_return, name="gazelle-return"),
    path("gazelle/verifier", connect_views.gazelle_check, name="gazelle-check"),
]
