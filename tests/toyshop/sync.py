"""The toy entities, declared exactly as a domain app declares its own."""

from __future__ import annotations

from datetime import timedelta

from syncing.drafts import Draft
from syncing.registry import Entity
from syncing.vocabulary import Node


def parse_maker(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name")
    draft.audit()
    return draft


def parse_toy(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("name", "note")
    draft.integer("price")
    draft.texts("tags")
    draft.reference("maker", "makers")
    draft.audit()
    return draft


MAKERS = Entity(
    name="makers", label="Fabricants", model="toyshop.Maker", type_name="Maker", root="allMakers",
    selection="id name createdAt updatedAt", parse=parse_maker, promise=timedelta(minutes=30),
)  # fmt: skip
TOYS = Entity(
    name="toys", label="Jouets", model="toyshop.Toy", type_name="Toy", root="allToys",
    selection="id name note price tags maker { id } createdAt updatedAt", parse=parse_toy, refers_to=("makers",),
    promise=timedelta(minutes=30), shared=frozenset({"note"}),
)  # fmt: skip
ENTITIES = (MAKERS, TOYS)
