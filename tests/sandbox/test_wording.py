"""Validation says what graphql-ruby says, before anything is executed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.asking import Client

CASES = [
    ("{ allClients { nodes { name } } }", "Field 'name' doesn't exist on type 'PrivateClient'", "undefinedField"),
    ("{ allContacts { id } }", "Field 'allContacts' doesn't exist on type 'PrivateQuery'", "undefinedField"),
    ("{ allUsers(orderBy: A) { id } }", "Field 'allUsers' doesn't accept argument 'orderBy'", "argumentNotAccepted"),
    (
        "{ allPianos { nodes { allPianoMeasurements(first: 1) { id } } } }",
        "Field 'allPianoMeasurements' doesn't accept argument 'first'",
        "argumentNotAccepted",
    ),
    (
        "{ allInvoices(filters: {number: 3}) { totalCount } }",
        "InputObject 'PrivateAllInvoicesFilter' doesn't accept argument 'number'",
        "argumentNotAccepted",
    ),
    (
        "query($id: ID!) { client(id: $id) { id } }",
        "Type mismatch on variable $id and argument id (ID! / String)",
        "variableMismatch",
    ),
    (
        "query($id: String) { contact(id: $id) { id } }",
        "Nullability mismatch on variable $id and argument id (String / String!)",
        "variableMismatch",
    ),
    (
        "query($s: ClientStatus!) { allClients(filters: {status: $s}) { totalCount } }",
        "List dimension mismatch on variable $s and argument status (ClientStatus! / [ClientStatus!])",
        "variableMismatch",
    ),
    (
        "{ allClients(sortBy: [UPDATED_AT_DESC]) { totalCount } }",
        "Argument 'sortBy' on Field 'allClients' has an invalid value (UPDATED_AT_DESC). "
        "Expected type '[ClientSort!]'.",
        "argumentLiteralsIncompatible",
    ),
    (
        '{ allClients(filters: {createdGet: "hier"}) { totalCount } }',
        "Argument 'createdGet' on InputObject 'PrivateAllClientsFilter' has an invalid value (\"hier\"). "
        "Expected type 'CoreDate'.",
        "argumentLiteralsIncompatible",
    ),
    ("{ contact { id } }", "Field 'contact' is missing required arguments: id", "missingRequiredArguments"),
    (
        "query($a: Int) { allUsers { id } }",
        "Variable $a is declared by anonymous query but not used",
        "variableNotUsed",
    ),
    ("query Q { client(id: $a) { id } }", "Variable $a is used by Q but not declared", "variableNotDefined"),
    ("{ allUsers { ...F } }", "Fragment F was used, but not defined", "useAndDefineFragment"),
]


@pytest.mark.parametrize(("query", "message", "code"), CASES)
def test_a_mistake_is_named_in_ruby_words(client: Client, query: str, message: str, code: str) -> None:
    error = client.error(query)
    assert error["message"] == message
    assert error["extensions"]["code"] == code


def test_a_selection_is_asked_for_on_objects_and_refused_on_scalars(client: Client) -> None:
    assert client.error("{ allClients { nodes } }")["message"].startswith("Field must have selections (field 'nodes'")
    assert "Selections can't be made on scalars" in client.error("{ allClients { totalCount { x } } }")["message"]


def test_the_error_tells_its_path(client: Client) -> None:
    error = client.error("query Big { allClients { nodes { defaultContact { nom } } } }")
    assert error["path"] == ["query Big", "allClients", "nodes", "defaultContact", "nom"]
    assert error["locations"] == [{"line": 1, "column": 51}]


@pytest.mark.parametrize(
    ("values", "path", "why"),
    [
        ({"nom": 1}, ["nom"], "Field is not defined on PrivateAllClientsFilter"),
        ({"status": ["CANCELLED"]}, ["status", 0], 'Expected "CANCELLED" to be one of'),
        ({"createdGet": "2026-01-01T00:00:00Z"}, ["createdGet"], "Could not coerce value"),
    ],
)
def test_a_wrong_variable_value_is_explained(client: Client, values: dict[str, Any], path: list[Any], why: str) -> None:
    query = "query($f: PrivateAllClientsFilter) { allClients(filters: $f) { totalCount } }"
    error = client.error(query, {"f": values})
    assert error["message"].startswith("Variable $f of type PrivateAllClientsFilter was provided invalid value for")
    assert error["extensions"]["problems"][0]["path"] == path
    assert why in error["extensions"]["problems"][0]["explanation"]


def test_a_text_that_is_no_graphql_is_a_parse_error(client: Client) -> None:
    assert client.error("{ allClients(")["message"].startswith("Parse error")


def test_several_operations_need_a_name(client: Client) -> None:
    text = "query A { allUsers { id } } query B { company { id } }"
    assert "operation name" in client.error(text)["message"]
    assert set(client.graphql(text, operationName="B").json["data"]) == {"company"}


def test_aliases_fragments_and_directives_shape_the_answer(client: Client) -> None:
    query = """
    query($no: Boolean!, $yes: Boolean!) {
      clients: allClients(first: 1) { n: nodes { ...Names city: region @skip(if: $yes) tags @include(if: $no) } }
      allClients(first: 1) { nodes { __typename ... on PrivateClient { key: id } ... { status } } }
    }
    fragment Names on PrivateClient { id defaultContact { firstName } defaultContact { lastName } }
    """
    data = client.ask(query, {"no": False, "yes": True})
    named = data["clients"]["n"][0]
    assert list(named) == ["id", "defaultContact"]
    assert list(named["defaultContact"]) == ["firstName", "lastName"]
    assert list(data["allClients"]["nodes"][0]) == ["__typename", "key", "status"]
    opened = client.ask(query, {"no": True, "yes": False})
    assert list(opened["clients"]["n"][0]) == ["id", "defaultContact", "city", "tags"]
