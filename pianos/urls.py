"""Pages about instruments, under /pianos/."""

from __future__ import annotations

from django.urls import path

from pianos import views

urlpatterns = [
    path("<str:pk>/mesures/", views.readings_page, name="piano-mesures"),
]
