"""Small entities declared against Gazelle's schema, so that fetching is tested without any domain app."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft
from syncing.registry import Entity, Nested, Read, Registry
from syncing.vocabulary import Mode

HOUR = timedelta(hours=1)

USERS = Entity(
    name="users", label="Utilisateurs", model="x.User", type_name="PrivateUser", root="allUsers", plain_list=True,
    selection="id firstName lastName", parse=Draft, promise=HOUR,
)  # fmt: skip
CLIENTS = Entity(
    name="clients", label="Clients", model="x.Client", type_name="PrivateClient", root="allClients",
    single="client(id: $id)", selection="id companyName tags createdAt updatedAt", parse=Draft, promise=HOUR,
    nested=(Nested(name="allContacts", carries="contacts", arguments="includeArchived: true", page_size=2),),
    reads={
        Mode.FULL: Read(),
        Mode.RECENT: Read(arguments="filters: { createdGet: $since }", reach=timedelta(days=2)),
    },
)  # fmt: skip
CONTACTS = Entity(
    name="contacts", label="Contacts", model="x.Contact", type_name="PrivateContact", single="contact(id: $id)",
    selection="id firstName lastName", parse=Draft, promise=HOUR,
    nested=(Nested(name="allPhones", selection="id phoneNumber", page_size=1),),
)  # fmt: skip
TIMELINE = Entity(
    name="timeline", label="Notes", model="x.Entry", type_name="PrivateTimelineEntry", root="allTimelineEntries",
    selection="id occurredAt comment", parse=Draft, promise=HOUR,
    reads={
        Mode.FULL: Read(),
        Mode.INCREMENTAL: Read(
            arguments="occurredAtGet: $since", reach=timedelta(days=30), edge_type="CoreDateTime"
        ),
    },
)  # fmt: skip
REGISTRY = Registry([USERS, CLIENTS, CONTACTS, TIMELINE])
