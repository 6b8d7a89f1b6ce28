"""The product's names for the kinds of records, and what an id of each looks like."""

from __future__ import annotations

import random
import string

from gazelle_site.sandbox.schema import load_schema

ENTITIES: dict[str, str] = {
    "users": "PrivateUser",
    "clients": "PrivateClient",
    "contacts": "PrivateContact",
    "pianos": "PrivatePiano",
    "measurements": "PrivatePianoMeasurement",
    "appointments": "PrivateEvent",
    "timeline": "PrivateTimelineEntry",
    "service_items": "PrivateMasterServiceItem",
    "invoices": "PrivateInvoice",
    "payments": "PrivateInvoicePayment",
    "estimates": "PrivateEstimate",
}

PREFIXES: dict[str, str] = {
    "PrivateUser": "usr",
    "PrivateClient": "cli",
    "PrivateContact": "con",
    "PrivateContactPhone": "pho",
    "PrivateContactEmail": "eml",
    "PrivateContactLocation": "loc",
    "PrivateContactAddress": "adr",
    "PrivatePiano": "ins",
    "PrivatePianoMeasurement": "pms",
    "PrivatePianoPhoto": "pph",
    "PrivateEvent": "evt",
    "PrivateEventServiceItem": "esi",
    "PrivateEventLocation": "elo",
    "PrivateTimelineEntry": "tme",
    "PrivateMasterServiceGroup": "mig",
    "PrivateMasterServiceItem": "mit",
    "PrivateTax": "tax",
    "PrivateInvoice": "inv",
    "PrivateInvoiceItem": "ini",
    "PrivateInvoicePayment": "pay",
    "PrivateEstimate": "est",
    "PrivateEstimateTier": "etr",
    "PrivateEstimateTierGroup": "etg",
    "PrivateEstimateTierItem": "eti",
}
"""Observed for the main types, invented for the minor ones (the real ones were not visible)."""

ALPHABET = string.ascii_letters + string.digits


def new_id(type_name: str, dice: random.Random) -> str:
    """Prefix and 16 letters or digits; a timeline entry has 20 hexadecimal digits instead."""
    prefix = PREFIXES.get(type_name, "obj")
    if prefix == "tme":
        return f"tme_{dice.getrandbits(80):020x}"
    return f"{prefix}_{''.join(dice.choices(ALPHABET, k=16))}"


def type_of(entity: str) -> str:
    """The GraphQL type of an entity; a type name stands for itself."""
    if entity in ENTITIES:
        return ENTITIES[entity]
    if entity in load_schema().type_map:
        return entity
    raise KeyError(f"« {entity} » n’est ni une entité ({', '.join(ENTITIES)}) ni un type du schéma")
