"""Pages of the engine, under /systeme/."""

from __future__ import annotations

from django.urls import path

from syncing import connect_views, duplicate_views, notice_views, orphan_views, placeholder_views, views

urlpatterns = [
    path("", views.system_page, name="systeme"),
    path("decisions/", views.decisions_page, name="decisions"),
    path("decisions/etape/<int:pk>/accepter", views.decide_step, {"answer": "accept"}, name="decide-accept"),
    path("decisions/etape/<int:pk>/refuser", views.decide_step, {"answer": "refuse"}, name="decide-refuse"),
    path("decisions/conflit/<int:pk>/ici", views.decide_conflict, {"take": "ours"}, name="decide-ours"),
    path("decisions/conflit/<int:pk>/gazelle", views.decide_conflict, {"take": "theirs"}, name="decide-theirs"),
    path("decisions/nouveaute/<int:pk>", views.decide_drift, name="decide-drift"),
    path("provisoires/", placeholder_views.placeholders_page, name="placeholders"),
    path("provisoires/<str:name>/<path:gazelle_id>/redemander", placeholder_views.ask_again, name="placeholder-ask"),
    path("provisoires/<str:name>/<path:gazelle_id>/fusionner", placeholder_views.merge_placeholder, name="merge-into"),
    path("provisoires/<str:name>/<path:gazelle_id>", placeholder_views.placeholder_page, name="placeholder"),
    path("acceptees/<str:name>/<path:gazelle_id>/accepter", placeholder_views.accept_as_is, name="accept-as-is"),
    path("acceptees/<str:name>/<path:gazelle_id>/reprendre", placeholder_views.reconsider, name="reconsider"),
    path("fusions/<int:pk>/", placeholder_views.merge_page, name="merge"),
    path("fusions/<int:pk>/defaire", placeholder_views.undo_merge, name="merge-undo"),
    path("orphelins/", orphan_views.orphans_page, name="orphans"),
    path("orphelins/<str:name>/apercu", orphan_views.assignment_preview, name="orphans-preview"),
    path("orphelins/<str:name>/rattacher", orphan_views.assign_orphans, name="orphans-assign"),
    path("orphelins/<str:name>/detacher", orphan_views.take_back_orphans, name="orphans-take-back"),
    path("orphelins/<str:name>/fiche/<path:gazelle_id>", orphan_views.orphan_page, name="orphan"),
    path("doublons/", duplicate_views.duplicates_page, name="duplicates"),
    path("doublons/<str:name>/meme", duplicate_views.judge_pair, {"verdict": "same"}, name="pair-same"),
    path("doublons/<str:name>/jamais", duplicate_views.judge_pair, {"verdict": "different"}, name="pair-different"),
    path("doublons/<int:pk>/reprendre", duplicate_views.withdraw_pair, name="pair-withdraw"),
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
