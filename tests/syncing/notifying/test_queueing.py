"""One cause gives each recipient one message, repeated only when it changes, and its end is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from syncing.models import Channel, Message, MessageState
from syncing.notifying import queueing
from syncing.notifying.audience import ROOM, Recipient
from syncing.notifying.kinds import UnknownKind
from syncing.notifying.queueing import (
    FLAPPING,
    PATIENCE,
    NoRecipient,
    NotAnswerable,
    WrongAddress,
    notify,
    open_causes,
    over,
    resend,
    settle,
)
from syncing.pruning import prune
from tests.web.people import person

pytestmark = pytest.mark.django_db
ODILE = Recipient(Channel.MAIL, "odile@exemple.ca")
MARC = Recipient(Channel.MAIL, "marc@exemple.ca")
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


def ring(body: str = "On sonne.", *, cause: str = "porte", to: list[Recipient] | None = None) -> list[Message]:
    return notify("bell", cause, subject="On sonne", body=body, to=[ODILE] if to is None else to)


def burn(*facts: str, to: list[Recipient] | None = None) -> list[Message]:
    return notify("fire", "toit", subject="Le toit brûle", body=" ".join(facts), facts=facts, to=to or [ODILE])


def extinguished() -> list[Message]:
    return over("fire", "toit", subject="Éteint", body="Le toit ne brûle plus.")


def sent(*messages: Message) -> None:
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(state=MessageState.SENT)


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_the_same_cause_is_told_once_to_each_recipient() -> None:
    assert len(ring(to=[ODILE, MARC])) == 2
    assert ring(to=[ODILE, MARC]) == []
    assert len(ring(to=[ODILE, Recipient(Channel.MAIL, "lea@exemple.ca")])) == 1


def test_another_cause_is_told() -> None:
    ring()
    assert len(ring(cause="fenêtre")) == 1


def test_what_changes_is_told_again_and_replaces_what_had_not_left() -> None:
    ring()
    assert len(ring("On sonne deux fois.")) == 1
    assert states() == ["superseded", "pending"]


def test_what_changes_after_leaving_is_told_again() -> None:
    sent(*ring())
    ring("On sonne deux fois.")
    assert states() == ["sent", "pending"]


def test_only_the_facts_are_compared_when_they_are_given() -> None:
    notify("fire", "toit", subject="Brûle depuis 1 min", body="…", facts=["toit"], to=[ODILE])
    assert notify("fire", "toit", subject="Brûle depuis 2 min", body="…", facts=["toit"], to=[ODILE]) == []
    assert len(notify("fire", "toit", subject="Brûle", body="…", facts=["toit", "grange"], to=[ODILE])) == 1


def test_the_end_is_told_to_those_who_knew_and_to_them_alone() -> None:
    sent(*burn("toit", to=[ODILE]))
    burn("toit", to=[MARC])  # has not left yet: he never hears of either
    (end,) = extinguished()
    assert (end.address, end.subject, end.ends) == (ODILE.address, "Éteint", True)
    assert states() == ["sent", "superseded", "pending"]
    assert extinguished() == []
    assert open_causes("fire") == {}


def test_what_was_replaced_before_its_end_leaves_the_first_message_to_be_ended() -> None:
    sent(*burn("toit"))
    burn("toit", "grange")
    assert len(extinguished()) == 1
    assert states() == ["sent", "superseded", "pending"]


def test_a_cause_is_open_from_its_first_message_to_its_end() -> None:
    assert open_causes("fire") == {}
    burn("toit")
    assert set(open_causes("fire")) == {"toit"}


def test_a_cause_that_comes_and_goes_is_told_only_when_it_stays() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sent(*burn("toit"))
        sent(*extinguished())
        clock.shift(timedelta(minutes=5))
        (again,) = burn("toit")
        assert again.not_before == NOON + timedelta(minutes=5) + PATIENCE
        clock.shift(timedelta(minutes=1))
        assert burn("toit") == []
        assert extinguished() == []  # neither its return nor its end was heard
        assert states() == ["sent", "sent", "superseded"]


def test_a_cause_that_comes_back_the_next_day_is_told_at_once() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sent(*burn("toit"))
        sent(*extinguished())
        clock.shift(FLAPPING)
        (again,) = burn("toit")
        assert again.not_before == NOON + FLAPPING


def test_without_recipient_it_says_so_and_writes_nothing() -> None:
    with pytest.raises(NoRecipient, match="L’avis « Cloche » n’a aucun destinataire") as refused:
        ring(to=[])
    assert "OWNER_EMAIL" in refused.value.action
    with pytest.raises(NoRecipient):
        notify("bell", "porte", subject="On sonne", body="…")  # nobody has the role
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "odile", "odile@", "a@exemple.ca\nBcc: b@exemple.ca", f"{'a' * 300}@exemple.ca"]
)
def test_one_wrong_address_among_good_ones_writes_nothing(address: str) -> None:
    with pytest.raises(WrongAddress, match="n’est pas une adresse de courriel"):
        ring(to=[ODILE, Recipient(Channel.MAIL, address)])
    assert not Message.objects.exists()


def test_a_kind_nobody_declared_is_refused() -> None:
    with pytest.raises(UnknownKind, match="« gong »"):
        notify("gong", "porte", subject="…", body="…", to=[ODILE])


def test_a_subject_is_one_short_line_that_keeps_its_hard_spaces_and_nothing_unstorable_stays() -> None:
    subject = "Panne\u00a0: \r\nBcc: x@exemple.ca \x00\ud800" + "x" * 300
    (message,) = notify("bell", "porte", subject=subject, body="Nul\x00", to=[ODILE])
    message.refresh_from_db()
    assert message.subject.startswith("Panne\u00a0: Bcc: x@exemple.ca ")
    assert len(message.subject) == 150
    assert "\x00" not in message.subject + message.body


def test_the_room_of_the_team_is_a_recipient(settings: Settings) -> None:
    settings.SLACK_WEBHOOK_URL = "https://hooks.example/x"
    (message,) = notify("fire", "toit", subject="Brûle", body="…")
    assert (message.channel, message.address, message.user) == ("slack", "", None)
    assert notify("fire", "toit", subject="Brûle", body="…", to=[ROOM]) == []


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_a_person_sends_again_what_failed_or_is_in_doubt_as_a_new_message(state: MessageState) -> None:
    by = person("Administration")
    (first,) = ring()
    Message.objects.update(state=state, last_error="…", message_id="<a@b>")
    first.refresh_from_db()
    again = resend(first, by=by)
    first.refresh_from_db()
    assert (first.state, first.settled_by, first.message_id) == (state, by, "<a@b>")
    assert (again.state, again.number, again.subject, again.address) == ("pending", 2, first.subject, first.address)
    with pytest.raises(NotAnswerable):
        resend(first, by=by)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("state", [MessageState.PENDING, MessageState.SENDING, MessageState.SENT])
def test_nothing_else_is_sent_again(state: MessageState) -> None:
    (message,) = ring()
    Message.objects.update(state=state)
    with pytest.raises(NotAnswerable):
        resend(message, by=person("Administration"))
    with pytest.raises(NotAnswerable):
        settle(message, by=person("Bureau"))
    assert Message.objects.count() == 1


def test_two_that_tell_the_same_at_the_same_instant_write_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    write, seen = queueing._written, list[int]()

    def after_somebody_else(draft: Message, to: Recipient, not_before: datetime | None) -> Message:
        if not seen:
            seen.append(1)
            write(draft, to, not_before)
            monkeypatch.setattr(queueing, "_written", write)
            # What the other process wrote is seen by the database, not yet by this one.
            return Message.objects.create(
                kind=draft.kind, cause=draft.cause, channel=to.channel, address=to.address, number=1,
                digest=draft.digest,
            )  # fmt: skip
        return write(draft, to, not_before)

    monkeypatch.setattr(queueing, "_written", after_somebody_else)
    assert len(ring()) == 1
    assert Message.objects.count() == 1


def test_a_year_later_messages_are_forgotten_save_those_that_wait() -> None:
    sent(*ring())
    ring("Encore.")
    with time_machine.travel(NOON + timedelta(days=400)):
        assert prune(spool=False)["avis oubliés"] == 1
    assert states() == ["pending"]
