"""The decider, as a pure function: each rule by example, then whole random histories."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from syncing.deciding import Conflict, Local, decide
from syncing.vocabulary import Outcome


def test_an_unknown_record_is_created_with_what_arrived() -> None:
    decision = decide(local=None, arrived={"name": "Ours"}, same_node=False, same_meaning=False)
    assert decision.outcome is Outcome.CREATED
    assert decision.changes == {"name": "Ours"}


def test_the_same_node_again_changes_nothing() -> None:
    decision = decide(local=Local({"name": "a"}), arrived={"name": "a"}, same_node=True, same_meaning=True)
    assert decision.outcome is Outcome.UNCHANGED
    assert not decision.meaning_changed


def test_a_value_of_gazelle_is_overwritten_empty_included() -> None:
    decision = decide(local=Local({"name": "a"}), arrived={"name": ""}, same_node=False, same_meaning=False)
    assert decision.changes == {"name": ""}


def test_an_absent_column_is_left_alone() -> None:
    decision = decide(local=Local({}), arrived={}, same_node=False, same_meaning=False)
    assert decision.changes == {}


def test_a_shared_value_nobody_touched_here_follows_gazelle_even_to_empty() -> None:
    local = Local({"note": "a"}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": ""}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.changes == {"note": ""}


def test_an_empty_answer_does_not_erase_a_value_set_by_hand() -> None:
    local = Local({"note": "set by hand"}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": ""}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.changes == {}
    assert decision.conflicts == ()


def test_both_sides_changed_differently_is_a_conflict_and_ours_stays() -> None:
    local = Local({"note": "ours"}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": "theirs"}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.changes == {}
    assert decision.conflicts == (Conflict("note", "a", "ours", "theirs"),)


def test_an_answer_that_has_not_moved_is_no_conflict() -> None:
    local = Local({"note": "ours"}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": "a"}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.changes == {}
    assert decision.conflicts == ()


def test_both_sides_saying_the_same_settles_the_matter() -> None:
    local = Local({"note": "same"}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": "same"}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.agreed == ("note",)


def test_a_value_emptied_by_hand_stays_empty_while_gazelle_does_not_move() -> None:
    local = Local({"note": ""}, base={"note": "a"})
    decision = decide(local=local, arrived={"note": "a"}, shared={"note"}, same_node=True, same_meaning=True)
    assert decision.outcome is Outcome.UNCHANGED


def test_a_value_set_by_hand_on_a_placeholder_is_not_erased_when_it_heals() -> None:
    local = Local({"note": "ours"}, is_placeholder=True)
    decision = decide(local=local, arrived={"note": "theirs"}, shared={"note"}, same_node=False, same_meaning=False)
    assert decision.outcome is Outcome.CREATED
    assert decision.conflicts == (Conflict("note", None, "ours", "theirs"),)


def test_a_deleted_record_that_comes_back_is_revived() -> None:
    local = Local({"name": "a"}, is_deleted=True)
    decision = decide(local=local, arrived={"name": "a"}, same_node=True, same_meaning=True)
    assert decision.outcome is Outcome.REVIVED
    assert decision.meaning_changed


def test_an_update_instant_that_moves_alone_is_written_without_a_new_version() -> None:
    local = Local({"gazelle_updated_at": 1})
    decision = decide(local=local, arrived={"gazelle_updated_at": 2}, same_node=False, same_meaning=True)
    assert decision.outcome is Outcome.UPDATED
    assert not decision.meaning_changed


# -- random histories --------------------------------------------------------------------------------------------------

VALUES = st.sampled_from(["", "a", "b", "c"])


@dataclass
class Row:
    """A record here, as the writer would keep it."""

    name: str = ""
    note: str = ""
    sticker: str = ""
    base: dict[str, object] = field(default_factory=dict)


class World:
    """A source, a mirror fed through the decider alone, and a person who edits `note` and `sticker` here."""

    def __init__(self) -> None:
        self.source: dict[int, dict[str, str]] = {}
        self.here: dict[int, Row] = {}
        self.by_hand: dict[int, str] = {}
        self.stickers: dict[int, str] = {}

    def read(self, key: int, columns: tuple[str, ...]) -> None:
        """One arrival of the present source record, with only some of its columns selected."""
        node = {column: self.source[key][column] for column in columns}
        row = self.here.get(key)
        kept = row.base if row else {}
        merged = kept | node
        local = Local({c: getattr(row, c) for c in node}, base=dict(kept)) if row else None
        decision = decide(
            local=local, arrived=node, shared={"note"}, same_node=kept == merged, same_meaning=kept == merged
        )
        row = self.here.setdefault(key, Row())
        for column, value in decision.changes.items():
            setattr(row, column, value)
        row.base = merged


def operations() -> st.SearchStrategy[list[tuple[str, int, str, tuple[str, ...]]]]:
    return st.lists(
        st.tuples(
            st.sampled_from(["edit name", "edit note", "read", "read", "hand", "sticker", "delete", "resurrect"]),
            st.integers(0, 2),
            VALUES,
            st.sampled_from([("name", "note"), ("name",), ("note",), ("note", "name")]),
        ),
        max_size=40,
    )


@settings(max_examples=300, deadline=None)
@given(operations())
def test_after_any_history_the_mirror_equals_the_source_and_what_is_ours_is_untouched(
    history: list[tuple[str, int, str, tuple[str, ...]]],
) -> None:
    world = World()
    gone: dict[int, dict[str, str]] = {}
    for verb, key, value, columns in history:
        if verb.startswith("edit"):
            world.source.setdefault(key, {"name": "", "note": ""})[verb.removeprefix("edit ")] = value
        elif verb == "read" and key in world.source:
            world.read(key, columns)
        elif verb == "hand" and key in world.here:
            world.here[key].note = world.by_hand[key] = value
        elif verb == "sticker" and key in world.here:
            world.here[key].sticker = world.stickers[key] = value
        elif verb == "delete" and key in world.source:
            gone[key] = world.source.pop(key)
        elif verb == "resurrect" and key in gone:
            world.source.setdefault(key, gone.pop(key))
    for key, node in world.source.items():
        world.read(key, ("name", "note"))
        row = world.here[key]
        assert row.name == node["name"]
        assert row.sticker == world.stickers.get(key, "")
        if row.note != node["note"]:
            # only a person may have made it differ, and never by an erasure that came from Gazelle
            assert row.note == world.by_hand[key]
        if key not in world.by_hand:
            assert row.note == node["note"]
