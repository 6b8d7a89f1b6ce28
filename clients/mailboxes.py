"""Where a technician is written to."""

from __future__ import annotations

from clients.models import Technician
from syncing.models import Channel
from syncing.notifying.audience import Recipient, address_of, audience, writable


def mailbox(technician: Technician, kind: str) -> Recipient | None:
    """The account's address when there is one, else the one Gazelle gives; None when neither can be written to, or when
    the person does not want this kind of message.

    Nobody else ever receives it instead (facts C-12).
    """
    account = technician.login
    if account is not None:  # a closed one receives nothing, whatever Gazelle still says
        return next(iter(audience(kind, among=[account])), None)
    address = writable(technician.email)
    return Recipient(Channel.MAIL, address) if address else None


def why_unreachable(technician: Technician, kind: str) -> str:
    """Why `mailbox` gives none, in French; empty when it gives one."""
    if mailbox(technician, kind) is not None:
        return ""
    account = technician.login
    if account is not None and not account.is_active:
        return "son compte est fermé"
    if account is not None and address_of(account):
        return "ne veut pas de ces avis"
    return "sans adresse de courriel"
