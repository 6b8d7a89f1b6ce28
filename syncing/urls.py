"""Pages of the engine, under /systeme/."""

from __future__ import annotations

from django.urls import path

from syncing import connect_views, notice_views, views

urlpatterns = [
    path("", views.system_page, name="systeme"),
    path("decisions/", views.decisions_page, name="decisions"),
    path("decisions/etape/<int:pk>/accepter", views.decide_step, {"answer": "accept"}, name="decide-accept"),
    path("decisions/etape/<int:pk>/refuser", views.decide_step, {"answer": "refuse"}, name="decide-refuse"),
    path("decisions/conflit/<int:pk>/ici", views.decide_conflict, {"take": "ours"}, name="decide-ours"),
    path("decisions/conflit/<int:pk>/gazelle", views.decide_conflict, {"take": "theirs"}, name="decide-theirs"),
    path("decisions/nouveaute/<int:pk>", views.decide_drift, name="decide-drift"),
    path("avis/", notice_views.my_notices, name="avis"),
    path("avis/salon", notice_views.room_notices, name="avis-salon"),
    path("avis/<int:pk>/", notice_views.answer_page, name="avis-repondre"),
    path("avis/<int:pk>/renvoyer", notice_views.answer, {"send": True}, name="avis-renvoyer"),
    path("avis/<int:pk>/classer", notice_views.answer, {"send": False}, name="avis-classer"),
    path("gazelle/", connect_views.gazelle, name="gazelle"),
    path("gazelle/connecter", connect_views.gazelle_connect, name="gazelle-connect"),
    path("gazelle/retour", connect_views.gazelle_return, name="gazelle-return"),
    path("gazelle/verifier", connect_views.gazelle_check, name="gazelle-check"),
]
