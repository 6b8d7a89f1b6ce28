"""What the mirror reads of people and places, and how their answers become columns."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft
from syncing.registry import Entity, Nested, Read
from syncing.vocabulary import Mode, Node

LOCATION = """
    id usageType locationType street1 street2 municipality region postalCode countryCode latitude longitude
    geocodeType isBadAddress what3words createdAt updatedAt
"""
ADDRESS = """
    id type address1 address2 street1 street2 city municipality state region zip postalCode lat lng geocodeType
    isBadAddress createdAt updatedAt
"""
PHONE = "id phoneNumber type extension isDefault confirmedAt confirmedClass confirmedCarrier createdAt updatedAt"


def parse_user(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("firstName", "lastName", "fullName", "email", "status", "accessLevel", "region", "color", "timezone")
    draft.boolean("isSchedulable")
    draft.integer("defaultBuffer")
    draft.audit()
    draft.search_key("first_name", "last_name", "email")
    return draft


def parse_client(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("companyName", "clientType", "status", "lifecycleState", "referredBy", "noContactReason", "region")
    draft.text("referenceId", "personalNotes", "preferenceNotes")
    draft.text_at("defaultClientLocalization", "locale", "locale")
    draft.day("noContactUntil")
    draft.texts("tags")
    draft.reference("preferredTechnicianId", "users", "preferred_technician")
    draft.reference("referralClient", "clients")
    draft.audit()
    name_client(draft)
    draft.search_key("display_name", "company_name", "reference_id")
    return draft


def name_client(draft: Draft) -> None:
    """A household has no name of its own: it is shown under that of its default contact."""
    contact = draft.node.get("defaultContact")
    if "company_name" in draft.columns and "defaultContact" in draft.node:
        person = contact if isinstance(contact, dict) else {}
        names = (person.get("firstName"), person.get("lastName"))
        full_name = " ".join(name.strip() for name in names if isinstance(name, str) and name.strip())
        draft.columns["display_name"] = draft.columns["company_name"] or full_name
    elif "company_name" in draft.faulted:
        draft.faulted.add("display_name")  # unreadable is not absent: the other words still make a search key


def parse_contact(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("firstName", "middleName", "lastName", "title", "suffix", "role")
    draft.boolean("isDefault", "isBillingDefault", "archived", "wantsEmail", "wantsPhone", "wantsText")
    draft.integer("sortOrder")
    draft.text_at("defaultEmail", "email", "email")
    draft.text_at("defaultPhone", "phoneNumber", "phone")
    draft.text_at("defaultConfirmedMobilePhone", "phoneNumber", "mobile")
    draft.text_at("defaultLocation", "street1", "street1")
    draft.text_at("defaultLocation", "street2", "street2")
    draft.text_at("defaultLocation", "municipality", "municipality")
    draft.text_at("defaultLocation", "region", "region")
    draft.text_at("defaultLocation", "postalCode", "postal_code")
    draft.reference("client", "clients")
    draft.audit()
    draft.search_key("first_name", "last_name", "email", "phone", "mobile", "municipality")
    return draft


USERS = Entity(
    name="users",
    label="Techniciens et bureau",
    model="clients.Technician",
    type_name="PrivateUser",
    root="allUsers",
    plain_list=True,
    selection="""
        id firstName lastName fullName email status accessLevel hasLimitedAccess isSchedulable defaultBuffer region
        color timezone createdAt updatedAt
        defaultUserLocalization { locale } defaultClientLocalization { locale }
    """,
    parse=parse_user,
    promise=timedelta(hours=2),
    serves="au bureau",
    newcomers=("nouveau technicien", "nouveaux techniciens"),
    unknown_is_told=True,  # somebody new works here: a login and a role are waiting to be given
)

CLIENTS = Entity(
    name="clients",
    label="Clients",
    model="clients.Client",
    type_name="PrivateClient",
    root="allClients",
    single="client(id: $id)",
    selection="""
        id companyName clientType status region referenceId lifecycleState tags personalNotes preferenceNotes
        lastResultNotes noContactReason noContactUntil reasonInactiveCode reasonInactiveDetails
        preferredTechnicianId referredBy referredByNotes referralClient { id } ignoreSafetyChecks
        custom1 custom2 custom3 custom4 custom5 custom6 custom7 custom8 custom9 custom10
        defaultContact { id firstName lastName } defaultBillingContact { id }
        defaultClientLocalization { locale } localization { locale }
        lifecycle { id name } createdAt updatedAt
    """,
    omitted={"searchString": "computed by the server from fields already read; it would move without a change"},
    nested=(Nested(name="allContacts", arguments="includeArchived: true", carries="contacts"),),
    # Oldest first: what is created while reading arrives at the end instead of shifting every page.
    reads={
        Mode.FULL: Read(arguments="sortBy: [CREATED_AT_ASC]"),
        Mode.RECENT: Read(arguments="filters: {createdGet: $since}, sortBy: [CREATED_AT_ASC]", reach=timedelta(days=1)),
    },
    parse=parse_client,
    mergeable=True,
    refers_to=("users",),
    promise=timedelta(minutes=30),
    shared=frozenset({"personal_notes", "preference_notes"}),
)

CONTACTS = Entity(
    name="contacts",
    label="Contacts",
    model="clients.Contact",
    type_name="PrivateContact",
    single="contact(id: $id)",
    selection=f"""
        id firstName middleName lastName title suffix role archived isDefault isBillingDefault sortOrder
        wantsEmail wantsPhone wantsText createdAt updatedAt client {{ id }}
        defaultEmail {{ id email }} defaultPhone {{ id phoneNumber }} defaultConfirmedMobilePhone {{ id phoneNumber }}
        defaultLocation {{ {LOCATION} }} defaultBillingLocation {{ id }} defaultMailingLocation {{ id }}
        defaultAddress {{ id }} defaultBillingAddress {{ id }}
    """,
    nested=(
        Nested(name="allEmails", selection="id email emailMd5 isDefault"),
        Nested(name="allPhones", selection=PHONE),
        Nested(name="allLocations", selection=LOCATION),
        Nested(name="allAddresses", selection=ADDRESS),
    ),
    parse=parse_contact,
    refers_to=("clients",),
    promise=timedelta(minutes=30),
)

ENTITIES = (USERS, CLIENTS, CONTACTS)
