"""Walking lists: what comes back, when it stops, and what is said when a list is not honest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx2
import pytest

from syncing.fetching.errors import CursorRefused, CursorRepeated, EmptyAnswer, QueryRefused, Unreachable
from syncing.fetching.pages import Page, plan, read_one, walk
from syncing.registry import Nested, Registry
from syncing.vocabulary import Mode
from tests.syncing.fetching.declared import CLIENTS, CONTACTS, REGISTRY, TIMELINE, USERS
from tests.syncing.fetching.scripted import API_URL, Scripted, ScriptedGazelle, connection, data, said

INVALID_CURSOR = {"data": None, "errors": [{"message": 'Invalid cursor: "x"'}]}


def timeline(*pages: dict[str, object]) -> ScriptedGazelle:
    return ScriptedGazelle(*(data(allTimelineEntries=page) for page in pages))


def walked(gazelle: ScriptedGazelle, *, cursor: str = "", number: int = 1) -> list[Page]:
    full = plan(TIMELINE, REGISTRY, Mode.FULL)
    return list(walk(gazelle.transport(), full, leg="7", cursor=cursor, number=number))


def test_a_list_is_walked_to_its_end() -> None:
    gazelle = timeline(
        connection([{"id": "a"}, None], end="c1", more=True, total=3), connection([{"id": "b"}], end="c2", total=3)
    )

    first, second = walked(gazelle)

    assert [variables["after"] for variables in gazelle.variables] == [None, "c1"]
    assert (first.nodes, first.number, first.cursor, first.end_cursor, first.has_next) == (
        [{"id": "a"}, None], 1, "", "c1", True,
    )  # fmt: skip
    assert (second.nodes, second.number, second.cursor, second.end_cursor, second.has_next) == (
        [{"id": "b"}], 2, "c1", "c2", False,
    )  # fmt: skip
    assert (first.total, first.requests, first.faults, first.leg, first.api_url) == (3, 1, (), "7", API_URL)
    assert first.fetched_at.tzinfo is UTC


def test_a_page_is_asked_for_only_when_it_is_wanted() -> None:
    gazelle = timeline(connection([{"id": "a"}], end="c1", more=True), connection([]))
    pages = walk(gazelle.transport(), plan(TIMELINE, REGISTRY, Mode.FULL), leg="7")

    next(pages)

    assert len(gazelle.seen) == 1


def test_a_walk_goes_on_from_a_cursor() -> None:
    gazelle = timeline(connection([{"id": "z"}]))

    (page,) = walked(gazelle, cursor="c46", number=47)

    assert (page.number, page.cursor, gazelle.variables[0]["after"]) == (47, "c46", "c46")


@pytest.mark.parametrize("end", [None, "", "c46"])
def test_a_resumed_walk_without_its_next_cursor_does_not_start_over(end: str | None) -> None:
    gazelle = timeline(connection([{"id": "z"}], end=end, more=True))

    with pytest.raises(CursorRepeated, match="timeline, page 47"):
        walked(gazelle, cursor="c46", number=47)
    assert len(gazelle.seen) == 1


INFOS: list[object] = [None, [], {"endCursor": "c1"}]
INFOS += [{"hasNextPage": answer, "endCursor": "c1"} for answer in (None, 0, 1, "false", "true")]
NO_WORD_ABOUT_ITS_END: list[dict[str, object]] = [{}, *({"pageInfo": info} for info in INFOS)]


@pytest.mark.parametrize("info", NO_WORD_ABOUT_ITS_END)
def test_a_page_that_does_not_say_whether_it_is_the_last_is_never_the_last(info: dict[str, object]) -> None:
    with pytest.raises(EmptyAnswer, match="timeline, page 1 : Gazelle ne dit pas si c’est la dernière"):
        walked(timeline({"totalCount": 1, "nodes": [{"id": "a"}], **info}))


@pytest.mark.parametrize("end", ["c\x00", "\ud800", 5, {"c": 1}])
@pytest.mark.parametrize("more", [True, False])
def test_a_cursor_that_cannot_be_kept_is_refused(end: object, more: bool) -> None:
    info = {"hasNextPage": more, "endCursor": end}

    with pytest.raises(EmptyAnswer, match="timeline, page 1 : le curseur"):
        walked(timeline({**connection([{"id": "a"}]), "pageInfo": info}))


@pytest.mark.parametrize("end", ["c1", None])
def test_a_cursor_that_comes_back_stops_the_walk(end: str | None) -> None:
    gazelle = timeline(connection([{"id": "a"}], end="c1", more=True), connection([{"id": "a"}], end=end, more=True))

    with pytest.raises(CursorRepeated, match="timeline, page 2"):
        walked(gazelle)
    assert len(gazelle.seen) == 2


def test_a_longer_loop_of_cursors_is_seen_too() -> None:
    pages = [connection([{"id": end}], end=end, more=True) for end in ("c1", "c2", "c3", "c1")]

    with pytest.raises(CursorRepeated, match="page 4"):
        walked(timeline(*pages))


def test_a_cursor_refused_on_resume_asks_for_a_fresh_start() -> None:
    with pytest.raises(CursorRefused):
        walked(ScriptedGazelle(said(INVALID_CURSOR)), cursor="x", number=3)


def test_the_same_refusal_without_a_cursor_is_a_refused_query() -> None:
    with pytest.raises(QueryRefused):
        walked(ScriptedGazelle(said(INVALID_CURSOR)))


@pytest.mark.parametrize("held", [{}, {"allTimelineEntries": None}, {"allTimelineEntries": {"nodes": None}}])
def test_an_answer_without_its_list_is_never_an_empty_list(held: dict[str, object]) -> None:
    with pytest.raises(EmptyAnswer, match="allTimelineEntries"):
        walked(ScriptedGazelle(said({"data": held})))
    with pytest.raises(QueryRefused, match="boom"):
        walked(ScriptedGazelle(said({"data": held, "errors": [{"message": "boom"}]})))


def test_a_partial_answer_is_kept_with_its_faults() -> None:
    partial = {
        "data": {"allTimelineEntries": connection([None, {"id": "b"}])},
        "errors": [{"message": "boom", "path": ["allTimelineEntries", "nodes", 0]}],
    }

    (page,) = walked(ScriptedGazelle(said(partial)))

    assert page.nodes == [None, {"id": "b"}]
    assert page.faults == ("boom (allTimelineEntries.nodes.0)",)


def test_a_plain_list_is_one_page() -> None:
    gazelle = ScriptedGazelle(data(allUsers=[{"id": "u"}]))

    (page,) = walk(gazelle.transport(), plan(USERS, REGISTRY, Mode.FULL), leg="1")

    assert (page.nodes, page.total, page.has_next, gazelle.variables) == ([{"id": "u"}], None, False, [{}])


@pytest.mark.parametrize(
    ("total", "shown"),
    [("many", "'many'"), (None, "None"), (True, "True"), (-1, "-1"), (2**31, "2147483648"), (3.0, "3.0"), ([], "[]")],
)
def test_a_total_that_no_list_can_have_is_no_total_and_is_told(total: object, shown: str) -> None:
    (page,) = walked(timeline({**connection([]), "totalCount": total}))

    assert page.total is None
    assert page.faults == (f"timeline, page 1 : le total annoncé par Gazelle n’en est pas un ({shown}).",)


@pytest.mark.parametrize("total", [0, 2**31 - 1])
def test_a_total_that_a_list_can_have_is_kept(total: int) -> None:
    (page,) = walked(timeline({**connection([]), "totalCount": total}))
    assert (page.total, page.faults) == (total, ())


def test_faults_can_be_kept_in_a_database_whatever_gazelle_says() -> None:
    partial = {
        "data": {"allClients": connection([{"id": "\x00", "x\ud800": connection([], end="e", more=True)}])},
        "errors": [{"message": "bo\x00om", "path": ["\udfff"], "extensions": {"code": "C\x00"}}],
    }

    page = clients(said(partial))

    assert page.faults == ("bo\ufffdom (\ufffd) [C\ufffd]", "\ufffd : « x\ufffd » est incomplet")


def test_the_edge_of_a_window_is_a_day_of_the_company_or_a_utc_instant() -> None:
    late_evening_in_montreal = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)

    by_day = plan(CLIENTS, REGISTRY, Mode.RECENT, since=late_evening_in_montreal)
    by_instant = plan(TIMELINE, REGISTRY, Mode.INCREMENTAL, since=late_evening_in_montreal)

    assert by_day.variables == {"since": "2026-03-03"}
    assert by_instant.variables == {"since": "2026-03-04T03:30:00Z"}


def test_a_window_without_its_edge_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="edge since"):
        plan(TIMELINE, REGISTRY, Mode.INCREMENTAL)


def test_carried_records_have_no_plan_of_their_own() -> None:
    with pytest.raises(ValueError, match="no list of its own"):
        plan(CONTACTS, REGISTRY, Mode.FULL)


# -- nested connections ------------------------------------------------------------------------------------------------


def contact(number: int, **fields: object) -> dict[str, object]:
    return {"id": f"con_{number}", "allPhones": connection([]), **fields}


def clients(*replies: Scripted, registry: Registry = REGISTRY) -> Page:
    gazelle = ScriptedGazelle(*replies)
    (page,) = walk(gazelle.transport(), plan(registry["clients"], registry, Mode.FULL), leg="1")
    assert page.requests == len(gazelle.seen)
    return page


def one_client(contacts: dict[str, object]) -> httpx2.Response:
    return data(allClients=connection([{"id": "cli_1", "allContacts": contacts}]))


def rest(nodes: list[object], **how: object) -> httpx2.Response:
    return data(client={"allContacts": connection(nodes, **how)})  # type: ignore[arg-type]


def test_a_nested_connection_is_followed_to_its_end_and_says_so() -> None:
    page = clients(
        one_client(connection([contact(1)], end="k1", more=True, total=3)),
        rest([contact(2)], end="k2", more=True),
        rest([contact(3)]),
    )

    (node,) = page.nodes
    assert node == {"id": "cli_1", "allContacts": connection([contact(1), contact(2), contact(3)], total=3)}
    assert (page.faults, page.requests) == ((), 3)


@pytest.mark.parametrize("nodes", [[{"id": "con_1"}], [{"id": "con_1"}, None]])
def test_a_nested_list_shorter_than_it_announces_is_a_fault_of_the_page(nodes: list[object]) -> None:
    page = clients(one_client(connection(nodes, total=2)))

    assert page.faults == ("cli_1 : « allContacts » en annonce 2, 1 manquent",)


def test_a_connection_inside_carried_records_is_followed_too_even_in_a_followed_page() -> None:
    cut = connection([{"id": "p1"}], end="p", more=True, total=2)
    page = clients(
        one_client(connection([contact(1)], end="k1", more=True, total=2)),
        rest([contact(2, allPhones=cut)]),
        data(contact={"allPhones": connection([{"id": "p2"}])}),
    )

    (node,) = page.nodes
    assert isinstance(node, dict)
    phones = node["allContacts"]["nodes"][1]["allPhones"]
    assert phones == connection([{"id": "p1"}, {"id": "p2"}], total=2)
    assert (page.faults, page.requests) == ((), 3)


@pytest.mark.parametrize(
    ("replies", "sentence"),
    [
        ([rest([contact(2)], end="k1", more=True)], "n’avance pas"),
        ([rest([contact(2)], more=True)], "n’avance pas"),
        ([data(client=None)], "La suite n’est pas venue"),
        ([data(client={"allContacts": {"nodes": [contact(2)]}})], "ne dit pas si cette liste est finie"),
        ([data(client={"allContacts": {"nodes": [contact(2)], "pageInfo": None}})], "ne dit pas si cette liste"),
        ([said({"data": None, "errors": [{"message": "gone"}]})], "gone"),
        ([said({"data": {"client": None}, "errors": [{"message": "half"}]})], "half"),
    ],
)
def test_a_nested_connection_that_cannot_be_followed_is_a_fault_of_the_page(
    replies: list[httpx2.Response], sentence: str
) -> None:
    page = clients(one_client(connection([contact(1)], end="k1", more=True)), *replies)

    (node,) = page.nodes
    assert node == {"id": "cli_1", "allContacts": connection([contact(1)], end="k1", more=True)}
    assert page.faults[0].startswith("cli_1 : « allContacts » est incomplet. ")
    assert sentence in page.faults[0]


@pytest.mark.parametrize("info", NO_WORD_ABOUT_ITS_END)
def test_a_nested_connection_that_does_not_say_whether_it_is_finished_is_a_fault_of_the_page(
    info: dict[str, object],
) -> None:
    cut = {"totalCount": 1, "nodes": [contact(1, allPhones={"nodes": [], **info})], **info}

    page = clients(one_client(cut))

    assert page.faults == (
        "cli_1 : « allContacts » est incomplet. Gazelle ne dit pas si cette liste est finie.",
        "con_1 : « allPhones » est incomplet. Gazelle ne dit pas si cette liste est finie.",
    )
    assert page.nodes == [{"id": "cli_1", "allContacts": cut}]


def test_an_owner_without_a_single_read_is_a_fault_of_the_page() -> None:
    registry = Registry([replace(CLIENTS, single=""), CONTACTS])

    page = clients(one_client(connection([contact(1)], end="k1", more=True)), registry=registry)

    assert page.faults == (
        "cli_1 : « allContacts » est incomplet. Cette liste ne peut pas être suivie : pas de lecture à la pièce.",
    )


def test_a_cut_connection_that_nobody_declared_is_seen_as_well() -> None:
    inside = contact(1, anything=[{"allParts": connection([], end="x", more=True)}])

    page = clients(one_client(connection([inside])))

    assert page.faults == ("cli_1 : « allContacts.anything.allParts » est incomplet",)


def test_a_network_fault_while_following_is_the_page_s_own_fault_to_be_read_again() -> None:
    with pytest.raises(Unreachable):
        clients(one_client(connection([contact(1)], end="k1", more=True)), httpx2.ReadTimeout("x"))


def test_plain_nested_lists_and_odd_nodes_are_left_alone() -> None:
    plain = replace(CLIENTS, nested=(Nested(name="allTags", selection="id", plain_list=True),))
    registry = Registry([plain])
    nodes: list[object] = [{"id": "a", "allTags": [{"id": 1}, None]}, {"id": "b", "allTags": None}, None, 3]

    page = clients(data(allClients=connection(nodes)), registry=registry)

    assert (page.nodes, page.faults) == (nodes, ())


# -- one record --------------------------------------------------------------------------------------------------------


def test_one_record_is_read_whole() -> None:
    gazelle = ScriptedGazelle(
        data(client={"id": "cli_1", "allContacts": connection([contact(1)], end="k", more=True, total=2)}),
        rest([contact(2)]),
    )

    node = read_one(gazelle.transport(), CLIENTS, REGISTRY, "cli_1")

    assert node == {"id": "cli_1", "allContacts": connection([contact(1), contact(2)], total=2)}
    assert gazelle.variables[0] == {"id": "cli_1"}


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"client": None}},
        {"data": None, "errors": [{"message": "no", "extensions": {"code": "NOT_FOUND"}}]},
        {"data": {"client": None}, "errors": [{"message": "no", "extensions": {"code": "not_found"}}]},
    ],
)
def test_an_unknown_id_is_none(answer: object) -> None:
    assert read_one(ScriptedGazelle(said(answer)).transport(), CLIENTS, REGISTRY, "cli_1") is None


def test_a_fault_is_never_taken_for_an_unknown_id() -> None:
    for answer, fault in (
        ({"data": {"client": None}, "errors": [{"message": "boom"}]}, QueryRefused),
        ({"data": {"other": 1}}, EmptyAnswer),
        ({"data": {"client": {"id": "a", "x": connection([], end="e", more=True)}}}, EmptyAnswer),
    ):
        with pytest.raises(fault):
            read_one(ScriptedGazelle(said(answer)).transport(), CLIENTS, REGISTRY, "cli_1")


def test_an_entity_without_a_single_read_says_so() -> None:
    with pytest.raises(LookupError, match="Utilisateurs"):
        read_one(ScriptedGazelle(data()).transport(), USERS, REGISTRY, "usr_1")


def nested(levels: int) -> object:
    value: object = "bottom"
    for _ in range(levels):
        value = [value]
    return value


def test_a_record_nested_beyond_reason_is_a_hole_that_is_told_and_costs_nobody_else() -> None:
    deep = {"id": "deep", "comment": nested(300)}
    (page,) = walked(timeline(connection([{"id": "a", "comment": nested(150)}, deep, {"id": "b"}])))

    assert [node and node["id"] for node in page.nodes] == ["a", None, "b"]  # type: ignore[index]
    (fault,) = page.faults
    assert fault.startswith("deep : fiche emboîtée sur plus de 200 niveaux, sous « comment »")


def test_a_single_record_nested_beyond_reason_is_no_answer() -> None:
    gazelle = ScriptedGazelle(data(client={"id": "c", "notes": nested(300)}))

    with pytest.raises(EmptyAnswer, match="emboîtée sur plus de 200 niveaux"):
        read_one(gazelle.transport(), CLIENTS, REGISTRY, "c")
