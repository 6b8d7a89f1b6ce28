"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from gazelle_site import views
from gazelle_site.api import api

handler500 = "gazelle_site.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.SignIn.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("systeme/", include("syncing.urls")),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
]
