"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from gazelle_site import views
from gazelle_site.api import api
from syncing.access import administration_required
from syncing.views import metrics_page

handler500 = "gazelle_site.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.SignIn.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("systeme/", include("syncing.urls")),
    path("metrics", administration_required(metrics_page), name="metrics"),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
]
