from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0003_list_indexes"),
        ("clients", "0005_institution_refusals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AppointmentAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour du rendez-vous")),
                (
                    "cause",
                    models.CharField(editable=False, help_text="Ce qui la relie à ses messages.", max_length=200),
                ),
                ("start", models.DateTimeField(verbose_name="début")),
                ("technician_name", models.TextField(blank=True, verbose_name="nom du technicien")),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        help_text="Vide : personne n’a pu être averti.",
                        max_length=254,
                        verbose_name="adresse",
                    ),
                ),
                ("unreachable", models.CharField(blank=True, max_length=60, verbose_name="pourquoi personne")),
                ("client_name", models.TextField(blank=True, verbose_name="client")),
                ("client_phone", models.TextField(blank=True, verbose_name="téléphone")),
                ("service", models.TextField(blank=True, verbose_name="services prévus")),
                ("title", models.TextField(blank=True, verbose_name="titre")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                ("is_checked", models.BooleanField(default=False, verbose_name="vérifié dans Gazelle")),
                ("unchecked", models.TextField(blank=True, verbose_name="pourquoi pas vérifié")),
                (
                    "trigger",
                    models.CharField(
                        choices=[("scheduler", "par l’horaire"), ("manual", "à la main"), ("api", "par l’API")],
                        max_length=12,
                        verbose_name="déclencheur",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrite")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="vue")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vue par",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="appointments.appointment",
                        verbose_name="rendez-vous",
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="clients.technician",
                        verbose_name="technicien",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "alerte de rendez-vous",
                "verbose_name_plural": "alertes de rendez-vous",
                "ordering": ("-created_at", "-pk"),
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="appointmentalert",
            index=models.Index(fields=["-created_at", "-id"], name="appointments_alert_latest"),
        ),
        migrations.AddIndex(
            model_name="appointmentalert",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None)), fields=["start"], name="appointments_alert_pending"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentalert",
            constraint=models.UniqueConstraint(
                fields=("technician", "appointment", "day"), name="appointments_alert_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentalert",
            constraint=models.CheckConstraint(
                condition=models.Q(("trigger__in", ["scheduler", "manual", "api"])), name="appointments_alert_trigger"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentalert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), models.Q(("unreachable", ""), _negated=True)),
                    models.Q(models.Q(("address", ""), _negated=True), ("unreachable", "")),
                    _connector="OR",
                ),
                name="appointments_alert_reached_or_not",
            ),
        ),
    ]
