"""Texts that the CRM writes by itself, in two languages at once: French sentences with English dates."""

from __future__ import annotations

from typing import NamedTuple

from gazelle_site.sandbox.making.world import Dice
from gazelle_site.sandbox.store import Record

_MONTHS = "January February March April May June July August September October November December"
MONTHS = _MONTHS.split()


class Kind(NamedTuple):
    """How often a type is met, and how often its row names a piano and a user."""

    weight: float
    piano: float
    user: float


ENTRY_KINDS: dict[str, Kind] = {
    "CONTACT_EMAIL_AUTOMATED": Kind(13, 0.0, 0.0),
    "CONTACT_EMAIL_MANUAL": Kind(4, 0.0, 1.0),
    "CONTACT_SMS_AUTOMATED": Kind(7, 0.0, 0.0),
    "CONTACT_SMS_MANUAL": Kind(1, 0.0, 1.0),
    "CONTACT_PHONE_AUTOMATED": Kind(0.3, 0.0, 0.0),
    "CONTACT_PHONE_MANUAL_TALKED": Kind(1, 0.0, 1.0),
    "CONTACT_PHONE_MANUAL_MESSAGE": Kind(1, 0.0, 1.0),
    "CONTACT_POST_AUTOMATED": Kind(0.2, 0.0, 0.0),
    "CONTACT_POST_MANUAL": Kind(0.2, 0.0, 1.0),
    "CONTACT_OTHER_MANUAL": Kind(0.5, 0.0, 1.0),
    "ERROR_MESSAGE": Kind(0.3, 0.0, 0.0),
    "SYSTEM_MESSAGE": Kind(11, 0.05, 0.35),
    "USER_COMMENT": Kind(4, 0.1, 1.0),
    "SERVICE_ENTRY_AUTOMATED": Kind(6, 1.0, 0.7),
    "SERVICE_ENTRY_MANUAL": Kind(6, 0.98, 0.95),
    "APPOINTMENT": Kind(5, 0.0, 0.95),
    "APPOINTMENT_LOG": Kind(16, 0.0, 0.85),
    "INVOICE": Kind(4, 0.0, 0.9),
    "INVOICE_LOG": Kind(6, 0.0, 0.85),
    "INVOICE_PAYMENT": Kind(4, 0.0, 0.1),
    "INVOICE_SYNC": Kind(1, 0.0, 0.0),
    "PIANO_MEASUREMENT": Kind(1.8, 1.0, 0.95),
    "SCHEDULED_MESSAGE_EMAIL": Kind(8, 0.3, 0.0),
    "SCHEDULED_MESSAGE_SMS": Kind(4, 0.3, 0.0),
    "SCHEDULED_MESSAGE_PHONE": Kind(0.3, 0.3, 0.0),
    "ESTIMATE": Kind(1, 1.0, 0.95),
    "ESTIMATE_LOG": Kind(1, 1.0, 0.8),
    "SYSTEM_NOTIFICATION": Kind(0.6, 0.0, 0.0),
}
"""All 28 types, tuned so that about 79 % of the rows have no piano and 46 % no user, as counted in production."""

SUMMARIES: dict[str, tuple[str, ...]] = {
    "CONTACT_EMAIL": (
        "Courriel de rappel envoyé pour le rendez-vous du {day}",
        "Appointment reminder sent for {day}",
        "Confirmation de rendez-vous envoyée",
    ),
    "CONTACT_SMS": ("Texto de rappel envoyé : rendez-vous le {day}", "Text message sent"),
    "CONTACT_PHONE": ("Appel : a parlé au client", "Message laissé dans la boîte vocale", "Phone call logged"),
    "CONTACT_POST": ("Carte postale de rappel imprimée", "Reminder postcard printed"),
    "CONTACT_OTHER": ("Rencontré au concert", "Autre contact"),
    "ERROR_MESSAGE": ("Email could not be delivered: mailbox full", "Le texto n'a pu être remis"),
    "SYSTEM_MESSAGE": (
        "Le cycle de vie du client a été modifié",
        "Next tuning due date changed to {day}",
        "Le statut du piano est passé de ACTIVE à INACTIVE",
        "Client information updated",
    ),
    "USER_COMMENT": ("", "Note", "Suivi interne"),
    "SERVICE_ENTRY": ("Accord – piano droit", "Accord – piano à queue", "Entretien du PLS", "Upright tuning"),
    "APPOINTMENT": ("Rendez-vous", "Accord", "Visite"),
    "APPOINTMENT_LOG": (
        "Rendez-vous créé pour le {day}",
        "Le rendez-vous du {day} a été confirmé par le client",
        "Appointment moved to {day}",
        "Rendez-vous complété",
    ),
    "INVOICE": ("Facture envoyée", "Invoice created"),
    "INVOICE_LOG": ("Invoice viewed by client on {day}", "Facture envoyée par courriel", "Rappel de facture envoyé"),
    "INVOICE_PAYMENT": ("Payment of {amount} $ received (credit card)", "Payment of {amount} $ received (e-transfer)"),
    "INVOICE_SYNC": ("Invoice synced to QuickBooks Online",),
    "PIANO_MEASUREMENT": ("Mesure du piano prise : 21°C, 40%",),
    "SCHEDULED_MESSAGE": ("Message prévu pour le {day}", "Scheduled reminder for {day}"),
    "ESTIMATE": ("Soumission créée", "Estimate sent"),
    "ESTIMATE_LOG": ("Soumission consultée par le client le {day}", "Estimate viewed on {day}"),
    "SYSTEM_NOTIFICATION": ("Your calendar sync needs attention",),
}

MAIL_BODY = (
    "Bonjour,\n\nCeci est un rappel de votre rendez-vous du {day}. Répondez OUI pour confirmer.\n\nMerci,\nL'équipe",
    "Hello,\n\nThis is a reminder of your appointment on {day}.\n\nThank you!",
)
COMMENTS = (
    "A demandé de rappeler en septembre.",
    "Le concierge a la clé. PLS débranché selon lui.",
    "Hésite entre réparer et changer de piano",
    "Veut une soumission pour la mécanique",
    "Payé comptant au technicien",
    "Piano déménagé au sous-sol, très humide l'été",
)


class TextMaker:
    """Draws machine texts; the list of sentences of each type is looked up once."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._sentences = {kind: _sentences(kind) for kind in ENTRY_KINDS}

    def summary(self, kind: str, at: str) -> str:
        """The short text; the day is said in English, the decimals in French."""
        sentence = self._dice.pick(self._sentences[kind])
        if "{" not in sentence:
            return sentence
        return sentence.format(
            day=english_day(at), amount=f"{int(self._dice.random() * 400) + 60},{int(self._dice.random() * 100):02d}"
        )

    def both(self, kind: str, at: str) -> tuple[str | None, str | None]:
        """Summary and comment; most rows have no comment, and null or "" says so."""
        summary = self.summary(kind, at)
        if kind == "USER_COMMENT":
            return summary or None, self._dice.pick(COMMENTS)
        if kind.startswith(("CONTACT_EMAIL", "SCHEDULED_MESSAGE_EMAIL")):
            return summary, self._dice.pick(MAIL_BODY).format(day=english_day(at))
        if kind.startswith("CONTACT_PHONE"):
            return summary, self._dice.pick(COMMENTS)
        return summary, None if self._dice.random() < 0.6 else ""

    def extras(self, kind: str) -> Record:
        """Delivery states of mails and texts."""
        if kind.startswith("CONTACT_EMAIL"):
            return {"emailStatus": self._dice.pick(("DELIVERED", "OPENED", "CLICKED", "BOUNCED", "SENT"))}
        if kind.startswith("CONTACT_SMS"):
            return {"smsStatus": self._dice.pick(("DELIVERED", "SENT", "UNDELIVERED"))}
        return {"alertType": "WARNING"} if kind == "SYSTEM_NOTIFICATION" else {}


def english_day(at: str) -> str:
    """« May 25, 2026 »."""
    return f"{MONTHS[int(at[5:7]) - 1]} {int(at[8:10])}, {at[:4]}"


def _sentences(kind: str) -> tuple[str, ...]:
    if kind in SUMMARIES:
        return SUMMARIES[kind]
    return next(sentences for name, sentences in SUMMARIES.items() if kind.startswith(name))
