"""What a conversation was moves to its questions: last, its table goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assistant", "0003_carry_over_threads")]

    operations = [
        migrations.RemoveField(model_name="question", name="conversation"),
        migrations.DeleteModel(name="Conversation"),
    ]
