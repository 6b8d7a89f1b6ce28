"""What a conversation was moves to its questions: then the rows, each conversation keeping its number."""

from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery


def carry_over(apps, schema_editor):
    conversation, question = apps.get_model("assistant", "Conversation"), apps.get_model("assistant", "Question")
    own = conversation.objects.filter(pk=OuterRef("conversation"))
    held = question.objects.exclude(conversation=None)
    held.update(thread=F("conversation"), as_office=Subquery(own.values("as_office")))
    last = held.filter(reply__isnull=False).values("conversation").annotate(last=Max("pk"))
    for thread in last.order_by("conversation").values_list("conversation", "last"):
        memory = conversation.objects.values_list("memory", flat=True).get(pk=thread[0])
        question.objects.filter(pk=thread[1]).update(memory=memory)


class Migration(migrations.Migration):
    dependencies = [("assistant", "0002_threads_of_questions")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
