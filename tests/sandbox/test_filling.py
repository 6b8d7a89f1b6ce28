"""A type that the generator does not know is served all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import GraphQLObjectType

from gazelle_site.sandbox import Sandbox, filling
from gazelle_site.sandbox.schema import load_schema
from tests.sandbox.conftest import TODAY


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with samples of its own."""
    (tmp_path / "shop" / "samples").mkdir(parents=True)
    monkeypatch.setattr(filling, "PROJECT", tmp_path)
    return tmp_path


def sample(project: Path, name: str, content: object) -> None:
    (project / "shop" / "samples" / name).write_text(json.dumps(content), encoding="utf-8")


def test_without_a_sample_three_records_are_made_up_from_the_schema(project: Path) -> None:
    answer = Sandbox("small", today=TODAY).answer("{ allRecommendations { id name type isArchived } }")
    rows = answer["data"]["allRecommendations"]
    assert len(rows) == 3
    assert rows[0]["type"] == "YES"
    assert set(rows[0]["name"]) == {"fr_CA", "en_US"}


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"allRecommendations": {"nodes": [{"id": "rec_1", "type": "NO"}]}}},
        {
            "entity": "recommendations",
            "nodes": [{"id": "rec_1", "type": "NO", "dependentEstimateTierCount": 2, "explanation": {}}],
        },
    ],
)
def test_a_recorded_sample_is_served(project: Path, content: object) -> None:
    sample(project, "recommendations.json", content)
    rows = Sandbox("small", today=TODAY).answer("{ allRecommendations { id type name } }")["data"]["allRecommendations"]
    assert [(row["id"], row["type"]) for row in rows] == [("rec_1", "NO")]


def test_a_field_nobody_generates_takes_the_values_of_the_sample(project: Path) -> None:
    sample(
        project,
        "clients.json",
        {"entity": "clients", "nodes": [{"id": "cli_1", "custom1": "bleu", "companyName": "X"}]},
    )
    rows = Sandbox("small", today=TODAY).records("clients")
    assert {row["custom1"] for row in rows} == {"bleu"}
    assert "X" not in {row["companyName"] for row in rows}


def test_every_root_field_of_the_schema_answers() -> None:
    """Whatever the product asks for next, there is something behind it."""
    sandbox, root = Sandbox("small", today=TODAY), load_schema().query_type
    assert root is not None
    for name, field in root.fields.items():
        required = [arg for arg, definition in field.args.items() if str(definition.type).endswith("!")]
        given = f'({required[0]}: "x")' if required else ""
        kind = load_schema().type_map[str(field.type).strip("[]!")]
        selection = ""
        if isinstance(kind, GraphQLObjectType):
            selection = "{ totalCount nodes { __typename } }" if kind.name.endswith("Connection") else "{ __typename }"
        answer = sandbox.answer(f"{{ {name}{given} {selection} }}")
        assert "errors" not in answer, (name, answer)
        if not required and name not in ("client", "piano"):
            assert answer["data"][name], name
