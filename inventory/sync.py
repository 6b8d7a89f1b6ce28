"""What the mirror reads of the catalogue, and how the answer becomes columns."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft, Fault, snake_case
from syncing.registry import Entity
from syncing.vocabulary import Node


def parse_service(node: Node) -> Draft:
    draft = Draft(node)
    for name in ("name", "description", "educationDescription"):
        if name in node:
            translated(draft, name, node[name], snake_case(name))
    draft.text("type", "externalUrl")
    draft.integer("amount", "duration", "order")
    draft.boolean("isTaxable", "isTuning", "isArchived", "isAnyUser", "isDefault", "isSelfSchedulable")
    draft.text_at("masterServiceGroup", "id", "group_gazelle_id")
    group = node.get("masterServiceGroup")
    if isinstance(group, dict) and "name" in group:
        translated(draft, "masterServiceGroup.name", group["name"], "group_name")
    elif group is None and "masterServiceGroup" in node:
        draft.columns["group_name"] = ""
    draft.audit()
    draft.search_key("name", "group_name", "description")
    return draft


def translated(draft: Draft, path: str, texts: object, column: str) -> None:
    """A text that Gazelle keeps in several languages, in French."""
    if texts is None or isinstance(texts, dict):
        draft.columns[column] = in_french(texts or {})
    else:
        draft.faults.append(Fault(path, "textes par langue attendus"))


def in_french(texts: Node) -> str:
    """The text of Québec, else of another French, else the first one written, by order of locale."""
    ranked = sorted(texts, key=lambda locale: (locale != "fr_CA", not locale.startswith("fr"), locale))
    written = (text for locale in ranked if isinstance(text := texts[locale], str) and text.strip())
    return next(written, "")


SERVICE_ITEMS = Entity(
    name="service_items",
    label="Catalogue",
    model="inventory.ServiceItem",
    type_name="PrivateMasterServiceItem",
    root="allMasterServiceItems",
    plain_list=True,
    selection="""
        id name description educationDescription amount duration type order externalUrl
        isTaxable isTuning isArchived isAnyUser isDefault isSelfSchedulable
        masterServiceGroup { id name } createdAt updatedAt
    """,
    known_values={"type": frozenset({"LABOR_FIXED_RATE", "LABOR_HOURLY", "EXPENSE", "MILEAGE", "OTHER"})},
    parse=parse_service,
    promise=timedelta(hours=2),
    serves="au bureau",
)

ENTITIES = (SERVICE_ITEMS,)
