"""The back-office of the assistant: the log of questions, looked at; the words of the house, edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from assistant.models import HouseWord, Question
from assistant.wording import INTENTS
from syncing.access import viewer_of
from syncing.gestures import GesturesAdmin
from syncing.mirrored_admin import ReadOnlyAdmin
from syncing.rights import Audience
from syncing.templatetags.words import ago, badge

OUTCOMES = {
    "answered": ("ok", "Répondue"),
    "clarify": ("watch", "À préciser"),
    "no_match": ("unknown", "Rien trouvé"),
    "denied": ("unknown", "Hors de l’accès"),
    "not_a_technician": ("unknown", "Sans rendez-vous"),
    "refuse_action": ("unknown", "Demande d’écriture"),
}


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ("text", "account", "told_intent", "stands", "judged", "milliseconds", "asked")
    list_filter = ("outcome", "is_useful", "intent")
    list_select_related = ("account",)
    search_fields = ("key", "comment")
    ordering = ("-asked_at", "-pk")
    fields = (
        *("text", "account", "token", "told_intent", "slots", "stands", "source", "shown", "total", "milliseconds"),
        *("judged", "comment", "asked", "settled_at"),
    )
    readonly_fields = ("told_intent", "stands", "judged", "asked")

    @admin.display(description="comprise comme", ordering="intent")
    def told_intent(self, question: Question) -> str:
        return INTENTS.get(question.intent, question.intent)

    @admin.display(description="issue", ordering="outcome")
    def stands(self, question: Question) -> SafeString:
        return badge(*OUTCOMES.get(question.outcome, ("unknown", question.outcome)))

    @admin.display(description="jugée", ordering="is_useful")
    def judged(self, question: Question) -> SafeString | str:
        if question.is_useful is None:
            return self.get_empty_value_display()
        return badge("ok", "Bonne") if question.is_useful else badge("watch", "Mauvaise")

    @admin.display(description="posée", ordering="asked_at")
    def asked(self, question: Question) -> str:
        return ago(question.asked_at)


@admin.register(HouseWord)
class HouseWordAdmin(GesturesAdmin):
    """What the office teaches; who did is in the journal."""

    audience = Audience.OFFICE
    list_display = ("word", "kind", "means", "added_by")
    list_filter = ("kind",)
    list_select_related = ("added_by",)
    search_fields = ("folded", "means")
    fields = ("word", "kind", "means")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_among(self.audience)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def save_model(self, request: HttpRequest, obj: HouseWord, form: Any, change: bool) -> None:
        obj.changed_at = timezone.now()
        if not change:
            obj.added_by_id = request.user.pk
        super().save_model(request, obj, form, change)
