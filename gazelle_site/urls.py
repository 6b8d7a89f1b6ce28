"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from gazelle_site import views
from gazelle_site.api import api
from syncing import account_views
from syncing.access import for_anyone
from syncing.bearer import METRICS, for_programs
from syncing.views import metrics_page

handler500 = "gazelle_site.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", for_anyone(account_views.SignIn.as_view()), name="login"),
    path("connexion/lien/", for_anyone(account_views.AskLink.as_view()), name="ask-link"),
    path("connexion/lien/envoye/", for_anyone(account_views.LinkSent.as_view()), name="link-sent"),
    path(
        "connexion/mot-de-passe/<uidb64>/<token>/",
        for_anyone(account_views.ChoosePassword.as_view()),
        name="choose-password",
    ),
    path("deconnexion/", for_anyone(LogoutView.as_view()), name="logout"),
    path("compte/", account_views.account, name="account"),
    path("compte/mot-de-passe/", account_views.change_password, name="change-password"),
    path("compte/session/", account_views.end_session, name="end-session"),
    path("alertes/rv/", include("appointments.urls")),
    path("alertes/changements/", include("appointments.changes.urls")),
    path("assistant/", include("assistant.urls")),
    path("alertes/entretien/", include("pianos.alert_urls")),
    path("pianos/", include("pianos.urls")),
    path("systeme/rapport/", include("pianos.report.urls")),
    path("systeme/", include("syncing.urls")),
    path("metrics", for_programs(METRICS)(metrics_page), name="metrics"),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
]
