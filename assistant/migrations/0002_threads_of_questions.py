"""What a conversation was moves to its questions: first the columns."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("assistant", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="thread",
            field=models.BigIntegerField(
                editable=False,
                help_text="Un nombre tiré au sort, commun à ses questions ; vide une fois qu’elle est effacée.",
                null=True,
                verbose_name="conversation",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="as_office",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Qui n’a plus ces droits ne relit pas ce qu’il a lu avec eux.",
                verbose_name="avec les droits du bureau",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="memory",
            field=models.JSONField(
                editable=False,
                help_text="Ce que la conversation retient après elle ; effacée avec elle.",
                null=True,
                verbose_name="mémoire",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                fields=["thread"], name="assistant_question_by_thread", condition=Q(thread__isnull=False)
            ),
        ),
    ]
