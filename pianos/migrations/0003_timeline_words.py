"""The words of an entry, and what each database searches them by; rows that are here get theirs by a replay."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

CREATE = {
    "postgresql": """
        ALTER TABLE pianos_timelineentry
            ADD COLUMN words_vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED;
        CREATE INDEX pianos_timelineentry_words ON pianos_timelineentry USING gin (words_vector);
    """,
    "sqlite": "CREATE VIRTUAL TABLE pianos_timelineentry_words USING fts5(id UNINDEXED, words, tokenize='ascii')",
}
DROP = {
    "postgresql": "ALTER TABLE pianos_timelineentry DROP COLUMN words_vector",
    "sqlite": "DROP TABLE pianos_timelineentry_words",
}


def create(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(CREATE[schema_editor.connection.vendor])


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(DROP[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("pianos", "0002_timeline_orphans")]

    operations = [
        migrations.AddField(
            model_name="timelineentry",
            name="words",
            field=models.TextField(
                blank=True, editable=False, help_text="Sans accents ; voir syncing.wording.", verbose_name="mots"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
