"""Pages of the assistant, under /assistant/."""

from __future__ import annotations

from django.urls import path

from assistant import teaching_views, views

urlpatterns = [
    path("", views.assistant_page, name="assistant"),
    path("clients", views.client_names, name="assistant-clients"),
    path("<int:pk>/oublier", views.forget_conversation, name="assistant-oublier"),
    path("avis/<int:pk>", views.judge_answer, name="assistant-avis"),
    path("incompris/", teaching_views.misunderstood_page, name="incompris"),
    path("incompris/mot", teaching_views.teach_word, name="incompris-mot"),
    path("incompris/classer", teaching_views.settle_group, name="incompris-classer"),
]
