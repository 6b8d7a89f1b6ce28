"""Pages of the engine, under /systeme/."""

from __future__ import annotations

from django.urls import path

from syncing import connect_views, notice_views, row_views, views

urlpatterns = [
    path("", views.system_page, name="systeme"),
    path("decisions/", views.decisions_page, name="decisions"),
    path("decisions/etape/<int:pk>/accepter", views.decide_step, {"answer": "accept"}, name="decide-accept"),
    path("decisions/etape/<int:pk>/refuser", views.decide_step, {"answer": "refuse"}, name="decide-refuse"),
    path("decisions/conflit/<int:pk>/ici", views.decide_conflict, {"take": "ours"}, name="decide-ours"),
    path("decisions/conflit/<int:pk>/gazelle", views.decide_conflict, {"take": "theirs"}, name="decide-theirs"),
    path("decisions/nouveaute/<int:pk>", views.decide_drift, name="decide-drift"),
    path("decisions/compte/<str:name>", views.decide_gap, name="decide-gap"),
    path("lignes/", row_views.rows_page, name="lignes"),
    path("lignes/<int:pk>/", row_views.row_page, name="ligne"),
    path("lignes/<int:pk>/reessayer", row_views.retry_row, name="ligne-reessayer"),
    path("lignes/<int:pk>/ignorer", row_views.set_row_aside, name="ligne-ignorer"),
    path("lignes/groupe/<str:key>/", row_views.group_page, name="lignes-groupe"),
    path("lignes/groupe/<str:key>/reessayer", row_views.retry_group, name="lignes-reessayer"),
    path("lignes/groupe/<str:key>/ignorer", row_views.set_group_aside, name="lignes-ignorer"),
    path("lignes/rejouer/<str:name>", row_views.replay_table, name="lignes-rejouer"),
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
