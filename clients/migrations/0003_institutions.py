from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

REPORTED = (
    ("uqam", "UQAM", "UQAM", "UQAM\nCentre Pierre-Péladeau"),
    ("vincent-dindy", "Vincent-d’Indy", "Vincent", "Vincent-d’Indy"),
    ("place-des-arts", "Place des Arts", "Place des Arts", "Place des Arts"),
)


def seed(apps, schema_editor):
    """The three whose visits the report gives, in the order of its tabs."""
    for rank, (slug, name, tab, patterns) in enumerate(REPORTED, start=1):
        said = {"name": name, "tab": tab, "rank": rank, "name_patterns": patterns}
        apps.get_model("clients", "Institution").objects.get_or_create(slug=slug, defaults=said)


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_groups")]
    operations = [
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True, verbose_name="abrégé")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "tab",
                    models.CharField(
                        blank=True,
                        help_text="Vide : ses visites ne vont dans aucun onglet.",
                        max_length=100,
                        verbose_name="onglet du rapport",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="L’ordre des onglets du rapport.", verbose_name="rang"
                    ),
                ),
                (
                    "is_watched",
                    models.BooleanField(
                        default=True,
                        help_text="Les notes sur ses pianos lèvent des alertes d’entretien.",
                        verbose_name="surveillée",
                    ),
                ),
                (
                    "name_patterns",
                    models.TextField(
                        blank=True,
                        help_text="Un nom par ligne : les clients qui le portent sont proposés.",
                        verbose_name="se reconnaît à",
                    ),
                ),
            ],
            options={"verbose_name": "institution", "ordering": ("rank", "name")},
        ),
        migrations.AddField(
            model_name="client",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                help_text="À nous : aucune lecture de Gazelle n’y touche.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="clients",
                to="clients.institution",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
