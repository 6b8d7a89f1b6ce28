"""The toy entities, declared exactly as a domain app declares its own."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft, is_whole
from syncing.registry import Entity, Nested, Owned, Read
from syncing.vocabulary import Mode, Node


def parse_maker(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name")
    draft.audit()
    return draft


def parse_toy(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name", "note", "state")
    draft.day("soldOn")
    draft.integer("price")
    draft.texts("tags")
    draft.reference("maker", "makers")
    draft.audit()
    if is_whole(node, "parts", plain_list=True):
        draft.own("toyshop.Part", [parse_part(part) for part in draft.nodes("parts")])
    return draft


def parse_part(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name")
    draft.reference("maker", "makers")
    return draft


MAKERS = Entity(
    name="makers", label="Fabricants", model="toyshop.Maker", type_name="Maker", root="allMakers",
    selection="id name createdAt updatedAt", parse=parse_maker, mergeable=True, promise=timedelta(minutes=30),
)  # fmt: skip
TOYS = Entity(
    name="toys", label="Jouets", model="toyshop.Toy", type_name="Toy", root="allToys",
    selection="id name note price tags state soldOn maker { id } createdAt updatedAt", parse=parse_toy,
    single="toy(id: $id)", refers_to=("makers",), promise=timedelta(minutes=30), shared=frozenset({"note"}),
    belongs_to=("maker",),
    nested=(Nested(name="parts", selection="id name maker { id }", plain_list=True),),
    owned=(Owned(model="toyshop.Part", owner="toy"),),
    known_values={"state": frozenset({"NEW", "SOLD", "BROKEN"})}, left_list={"state": frozenset({"BROKEN"})},
    reads={
        Mode.FULL: Read(also=("archived: true",)),
        Mode.RECENT: Read(
            arguments="soldFrom: $since, soldTo: $until", reach=timedelta(days=1), ahead=timedelta(days=30),
            within="sold_on", promise=timedelta(minutes=5),
        ),
        Mode.REPAIR: Read(arguments="soldFrom: $since, soldTo: $until"),
    },
)  # fmt: skip
ENTITIES = (MAKERS, TOYS)
