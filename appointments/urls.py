"""Pages of the agenda's alerts, under /alertes/rv/."""

from __future__ import annotations

from django.urls import path

from appointments import alert_views

urlpatterns = [
    path("", alert_views.alerts_page, name="alertes-rv"),
    path("envoyer", alert_views.send_alerts, name="alertes-rv-envoyer"),
    path("<int:pk>/vue", alert_views.acknowledge_alert, name="alertes-rv-vue"),
]
