from django.db import migrations

TYPES = (
    ("housse", "Housse"),
    ("alimentation", "Alimentation"),
    ("reservoir", "Réservoir"),
    ("environnement", "Environnement"),
)


def seed(apps, schema_editor):
    """The types that the reader of notes knows, in the order the company looks for them."""
    for rank, (slug, label) in enumerate(TYPES, start=1):
        said = {"label": label, "rank": rank}
        apps.get_model("pianos", "ProblemType").objects.get_or_create(slug=slug, defaults=said)


class Migration(migrations.Migration):
    dependencies = [("pianos", "0006_maintenance_alerts")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
