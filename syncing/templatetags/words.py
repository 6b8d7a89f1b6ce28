"""The words of `syncing.french` as template filters, read at the moment the page is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from syncing import french
from syncing.folding import digits
from syncing.models import Message, MessageState
from syncing.monitoring.freshness import EntityStatus, Health
from syncing.monitoring.hours import Hour
from syncing.monitoring.journal import MODES
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobRun
from syncing.vocabulary import Mode, RowState

register = template.Library()

HEALTH_TONES = {Health.HEALTHY: "ok", Health.LATE: "watch", Health.FAILING: "fault", Health.NEVER: "unknown"}
MESSAGE_TONES = {
    MessageState.PENDING: "pending",
    MessageState.SENDING: "pending",
    MessageState.SENT: "ok",
    MessageState.NOT_SENT: "unknown",
    MessageState.UNCERTAIN: "watch",
    MessageState.FAILED: "fault",
    MessageState.SUPERSEDED: "unknown",
}
TICKS = {Hour.KEPT: "M{} 3v8", Hour.BROKEN: "M{} 0v14", Hour.NONE: "M{} 6.5v1"}
"""A broken hour is also twice as tall, an hour without plan a dash: never colour alone."""
NORTH_AMERICA = 10  # digits of a telephone number without its leading 1


@register.filter
def ago(when: datetime | None) -> str:
    return french.ago(when, timezone.now()) if when else "jamais"


@register.filter
def octets(size: int | None) -> str:
    return french.octets(size) if size is not None else "—"


@register.filter
def since(when: datetime) -> str:
    return french.since(when, timezone.now())


@register.filter
def clock(when: datetime | None) -> str:
    return french.clock(when) if when else "—"


@register.filter
def day_and_clock(when: datetime | None) -> str:
    return french.day_and_clock(when, timezone.now()) if when else "jamais"


@register.filter
def day(when: datetime) -> str:
    return french.day(when, timezone.now())


@register.filter
def day_and_hour(when: datetime) -> str:
    """« vendredi 20 novembre, 14 h 02 »."""
    return f"{french.day(when, timezone.now())}, {french.clock(when)}"


@register.filter
def until(when: datetime) -> str:
    """« dans 12 min »."""
    return f"dans {french.duration(french.elapsed(timezone.now(), when))}"


@register.filter
def seconds(spent: float) -> str:
    return french.seconds(spent)


@register.filter
def job_label(run: JobRun) -> str:
    return jobs()[run.job].label if run.job in jobs() else run.job


@register.filter
def lateness(run: JobRun) -> str:
    """How long after its hour it began, when that is worth telling."""
    late = french.elapsed(run.slot, run.started_at) if run.started_at else timedelta()
    return french.duration(late) if late >= timedelta(minutes=5) else ""


@register.filter
def number(value: int | None) -> str:
    return "—" if value is None else french.number(value)


@register.filter
def percent(value: float | None) -> str:
    return "—" if value is None else french.percent(value)


@register.filter
def weekday_and_clock(when: datetime) -> str:
    return french.weekday_and_clock(when, timezone.now())


@register.filter
def mode(value: Mode) -> str:
    """« courante »: how much a reading reads."""
    return MODES.get(value, value)


@register.filter
def told(value: object) -> str:
    """A value as a person wrote it; « vide » rather than nothing, and a list in one breath."""
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return "vide" if value is None or value == "" else str(value)


@register.filter
def duration(length: timedelta | None) -> str:
    return "—" if length is None else french.duration(length)


@register.filter
def counted(value: int, forms: str) -> str:
    """`{{ n|counted:"ligne,lignes" }}`."""
    singular, plural = forms.split(",")
    return french.counted(value, singular, plural)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the shapes of `includes/icons.html`."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def badge(tone: str, word: str) -> SafeString:
    """A state: always shape, word and colour together. `tone` is ok, watch, fault, pending or unknown."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(tone), word)


@register.simple_tag
def health_badge(state: EntityStatus) -> SafeString:
    """How one entity stands; while it is being read, that is what there is to say of lateness."""
    if state.running and state.status in (Health.NEVER, Health.LATE):
        return badge("pending", "Lecture en cours")
    return badge(HEALTH_TONES[state.status], state.status.word.capitalize())


ROW_STATES = {
    RowState.PENDING: ("pending", "En attente"),
    RowState.RECONCILED: ("ok", "Rapprochée"),
    RowState.REJECTED: ("watch", "Refusée"),
    RowState.RETRY: ("pending", "À réessayer"),
    RowState.HELD: ("watch", "Retenue"),
    RowState.REFUSED: ("unknown", "Écartée par une personne"),
    RowState.FAILED: ("fault", "En échec"),
}


@register.simple_tag
def row_state(state: RowState) -> str:
    """« refusée »: where a staged row stands, inside a sentence."""
    return ROW_STATES[state][1].lower()


@register.simple_tag
def message_badge(message: Message) -> SafeString:
    """What became of a message; one whose sender died is in doubt before anybody writes it down."""
    state = MessageState(message.state)
    if state is MessageState.SENDING and message.claimed_until and message.claimed_until <= timezone.now():
        state = MessageState.UNCERTAIN
    return badge(MESSAGE_TONES[state], str(state.label))


@register.simple_tag
def hour_strip(hours: Sequence[Hour]) -> SafeString:
    """The last 24 hours as marks, drawn with attributes only, and said in words for those who do not see them."""
    paths = [
        (tone.value, "".join(TICKS[tone].format(2 + 6 * at) for at, hour in enumerate(hours) if hour is tone))
        for tone in Hour
    ]
    drawn = format_html_join("", '<path class="{}" d="{}"/>', (path for path in paths if path[1]))
    broken, kept = hours.count(Hour.BROKEN), hours.count(Hour.KEPT)
    told = french.counted(broken, "heure en panne", "heures en panne") if broken else f"{kept} heures à jour"
    return format_html(
        '<svg class="strip" viewBox="0 0 144 14" role="img" aria-label="24 dernières heures : {}">{}</svg>', told, drawn
    )


@register.filter
def dial(phone: str) -> str:
    """« (514) 555-0161 » → `+15145550161`."""
    number = digits(phone)
    return f"+1{number}" if len(number) == NORTH_AMERICA else f"+{number}" if len(number) > NORTH_AMERICA else number


@register.filter
def initials(user: object) -> str:
    """« OF » for Odile Fortier; the first letter of the account when the name is unknown."""
    names = [getattr(user, "first_name", ""), getattr(user, "last_name", "")]
    return "".join(name[:1] for name in names).upper() or str(user)[:1].upper()
