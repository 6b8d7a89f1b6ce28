"""Two clients met: each trap of real life by its name, and the sentence people read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clients.likeness import MODEL, Card, Someone, card
from syncing.french import NBSP
from syncing.matching.index import Index
from syncing.matching.model import Decision
from syncing.matching.scoring import Stance, Suggestion
from tests.matching.generating import TUNING
from tests.matching.worlds import town

MIRAGE = ("22, chemin du Mirage", "app. 4", "Sainte-Thérèse", "J7E 1A1")
ELSEWHERE = ("871 rue du Moulin", "", "Terrebonne", "J6W 2B2")
MARIE = Someone(
    "Marie",
    "Quévillon",
    phones=("514 555-0123",),
    emails=("marie.quevillon@courriel.example",),
    addresses=(MIRAGE,),
)
SURE, PERHAPS = Decision.SAME, Decision.PERHAPS


@pytest.fixture(scope="module")
def townspeople() -> list[Card]:
    """Two thousand clients, so that names have their rarity."""
    made, _ = town(TUNING[0], 2_000)
    return [one.card(f"town_{one.who}") for one in made.base]


class Meeting:
    """`meeting(new, known)`: the suggestion the second record gets when the first is looked for, if any."""

    def __init__(self, townspeople: list[Card]) -> None:
        self.townspeople = townspeople

    def __call__(self, new: Card, *known: Card) -> Suggestion | None:
        index = Index(MODEL, [*self.townspeople, *known])
        return next((one for one in index.matches(new) if one.right_id == known[0].id), None)

    def people(self, new: Someone, known: Someone = MARIE) -> Suggestion | None:
        return self(card("new", "", [new]), card("known", "", [known]))

    def houses(self, new: str, known: str, *, at: Someone = MARIE, known_at: Someone = MARIE) -> Suggestion | None:
        return self(card("new", new, [at]), card("known", known, [known_at]))


@pytest.fixture
def meeting(townspeople: list[Card]) -> Meeting:
    return Meeting(townspeople)


# -- the same person, written otherwise --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(MARIE, id="the very same"),
        pytest.param(replace(MARIE, first_name="MARIE ", last_name="QUEVILLON"), id="capitals, no accent"),
        pytest.param(replace(MARIE, last_name="Quevilon"), id="a letter lost"),
        pytest.param(replace(MARIE, first_name="Quévillon", last_name="Marie"), id="inverted"),
        pytest.param(replace(MARIE, first_name="", last_name="Marie Quévillon"), id="both in one box"),
        pytest.param(replace(MARIE, last_name="Quévillon-Dubé"), id="a double name"),
        pytest.param(replace(MARIE, first_name="Marie et Marc"), id="a couple in one record"),
        pytest.param(replace(MARIE, phones=("+1 (514) 555-0123",), addresses=()), id="telephone written otherwise"),
        pytest.param(replace(MARIE, phones=("555-0123",)), id="no area code"),
        pytest.param(replace(MARIE, phones=(), emails=()), id="only the address"),
        pytest.param(replace(MARIE, addresses=(ELSEWHERE,)), id="moved house"),
        pytest.param(replace(MARIE, phones=("450 555-0999",)), id="another telephone"),
        pytest.param(
            replace(MARIE, phones=(), emails=(), addresses=(("4-22 ch. Mirage", "", "Ste-Therese", "j7e1a1"),)),
            id="address written otherwise",
        ),
    ],
)
def test_the_same_person_is_recognised(meeting: Meeting, new: Someone) -> None:
    found = meeting.people(new)
    assert found is not None
    assert found.decision is SURE, found.sentence


def test_a_saint_is_a_saint_however_it_is_shortened(meeting: Meeting) -> None:
    known = replace(MARIE, last_name="Sainte-Marie")
    for spelling in ("Ste-Marie", "STE MARIE", "Saint-Marie", "St. Marie"):
        found = meeting.people(replace(known, last_name=spelling), known)
        assert found is not None
        assert found.decision is SURE, found.sentence


def test_a_person_typed_as_a_company_is_the_person(meeting: Meeting) -> None:
    new = card("new", "Marie Quévillon", [replace(MARIE, first_name="", last_name="")])
    found = meeting(new, card("known", "", [MARIE]))
    assert found is not None
    assert found.decision is SURE


# -- people who look alike ---------------------------------------------------------------------------------------------


def test_spouses_are_suggested_with_what_they_share_and_what_differs(meeting: Meeting) -> None:
    marc = replace(MARIE, first_name="Marc", emails=())
    found = meeting.people(replace(MARIE, emails=()), marc)
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence == (
        "Même nom de famille (Quévillon), même téléphone (514 555-0123) et même adresse (22, chemin du Mirage, "
        f"Sainte-Thérèse){NBSP}; le prénom diffère{NBSP}: Marie / Marc — peut-être des conjoints."
    )
    assert found.probability < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [("Denis", "Denise"), ("Yvan", "Yvonne"), ("Daniel", "Danielle"), ("Julien", "Julie"), ("Marie", "Mario")],
)
def test_a_letter_or_two_make_another_given_name(meeting: Meeting, one: str, other: str) -> None:
    found = meeting.people(replace(MARIE, first_name=one), replace(MARIE, first_name=other))
    assert found is not None
    assert found.decision is PERHAPS, found.sentence


def test_a_mother_and_her_daughter_of_half_her_name_stay_two(meeting: Meeting) -> None:
    found = meeting.people(replace(MARIE, emails=()), replace(MARIE, first_name="Marie-Ève", emails=()))
    assert found is not None
    assert found.decision is PERHAPS
    assert "peut-être deux personnes d’une famille" in found.sentence


def test_when_both_are_known_which_marie_is_the_new_one_is_for_people(meeting: Meeting) -> None:
    mother, daughter = card("known", "", [MARIE]), card("daughter", "", [replace(MARIE, first_name="Marie-Ève")])
    found = meeting(card("new", "", [replace(MARIE, emails=())]), mother, daughter)
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence.endswith("une autre fiche lui ressemble aussi.")


@pytest.mark.parametrize("son", [{"suffix": "Jr"}, {"last_name": "Quévillon (fils)"}, {"first_name": "Marie junior"}])
def test_a_son_of_the_same_name_is_not_his_father(meeting: Meeting, son: dict[str, str]) -> None:
    found = meeting.people(replace(MARIE, **son))  # type: ignore[arg-type]  # texts of Someone
    assert found is not None
    assert found.decision is PERHAPS
    assert "peut-être père et fils" in found.sentence


def test_two_of_one_name_in_two_towns_are_never_decided(meeting: Meeting) -> None:
    other = replace(MARIE, phones=("450 555-0188",), emails=("mq@poste.example",), addresses=(ELSEWHERE,))
    found = meeting.people(other)
    assert found is None or found.decision is PERHAPS


def test_a_name_alone_never_suffices_however_rare(meeting: Meeting) -> None:
    bare = Someone("Wilfrid-Anatole", "Xénophontos")
    found = meeting.people(bare, replace(MARIE, first_name="Wilfrid-Anatole", last_name="Xénophontos"))
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence.endswith("un nom ne suffit pas sans le même téléphone, courriel ou adresse.")


def test_namesakes_behind_two_doors_of_one_building_stay_two(meeting: Meeting) -> None:
    upstairs = replace(MARIE, phones=(), emails=(), addresses=(("22 ch. du Mirage", "#9", "Ste-Thérèse", "J7E 1A1"),))
    found = meeting.people(upstairs)
    assert found is None or found.decision is PERHAPS


def test_a_married_name_is_suggested(meeting: Meeting) -> None:
    found = meeting.people(replace(MARIE, last_name="Préfontaine", emails=()))
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence.endswith(
        "le nom de famille diffère\u00a0: Préfontaine / Quévillon — peut-être un nom d’épouse."
    )


def test_an_initial_is_not_a_name(meeting: Meeting) -> None:
    for known in (MARIE, replace(MARIE, first_name="M.")):
        found = meeting.people(replace(MARIE, first_name="M."), known)
        assert found is not None
        assert found.decision is PERHAPS


# -- companies ---------------------------------------------------------------------------------------------------------


def test_a_company_is_recognised_though_somebody_else_answers_there(meeting: Meeting) -> None:
    other = replace(MARIE, first_name="Gilles", last_name="Tremblay")
    found = meeting.houses("Chœur des Trois-Rives", "CHOEUR DES TROIS RIVES inc.", at=other)
    assert found is not None
    assert found.decision is SURE


@pytest.mark.parametrize(
    ("new", "known"),
    [
        ("Paroisse St-Eloi salle B", "Paroisse Saint-Éloi"),
        ("Fondation Vincent-d'Indy", "École de musique Vincent-d'Indy"),
        ("Coopérative l’Érable, succursale 2", "Coopérative l’Érable, succursale 3"),
    ],
)
def test_two_services_of_one_house_are_never_decided(meeting: Meeting, new: str, known: str) -> None:
    found = meeting.houses(new, known)
    assert found is None or found.decision is PERHAPS


def test_two_branches_with_one_mail_are_never_decided(meeting: Meeting) -> None:
    branch = replace(MARIE, addresses=(ELSEWHERE,), phones=("450 555-0188",))
    found = meeting.houses("Résidence Les Tilleuls", "Résidence Les Tilleuls", at=branch)
    assert found is not None
    assert found.decision is PERHAPS
    assert found.sentence.endswith("peut-être deux succursales.")


def test_a_teacher_reached_at_the_school_is_not_the_school(meeting: Meeting) -> None:
    teacher = replace(MARIE, addresses=())
    found = meeting(card("new", "", [teacher]), card("known", "École de musique du Ruisseau", [MARIE]))
    assert found is not None
    assert found.decision is PERHAPS


def test_a_telephone_of_a_whole_school_says_little(townspeople: list[Card]) -> None:
    switchboard = ("514 555-0100",)
    staff = [
        card(f"staff_{n}", "", [Someone(f"Prénom{n}", f"Famille{n}", phones=switchboard)])
        for n in range(60)
    ]  # fmt: skip
    index = Index(MODEL, [*townspeople, *staff])
    assert index.matches(card("new", "", [Someone("Autre", "Personne", phones=switchboard)])) == []


def test_two_known_records_that_look_alike_are_both_left_to_people(meeting: Meeting) -> None:
    twice = card("known", "", [MARIE]), card("again", "", [MARIE])
    found = meeting(card("new", "", [MARIE]), *twice)
    assert found is not None
    assert found.decision is PERHAPS


def test_the_evidence_names_each_aspect_with_its_weight_and_both_values(meeting: Meeting) -> None:
    found = meeting.people(replace(MARIE, phones=("450 555-0999",)))
    assert found is not None
    told = {one.aspect: one for one in found.evidence}
    assert told.keys() == {"family", "given", "phone", "email", "address"}
    assert told["email"].weight > told["given"].weight > 0 > told["phone"].weight
    assert (told["phone"].left, told["phone"].right) == ("450 555-0999", "514 555-0123")


def test_each_piece_of_the_sentence_is_told_apart_with_what_could_not_be_compared(meeting: Meeting) -> None:
    found = meeting.people(replace(MARIE, phones=("450 555-0999",), emails=()))
    assert found is not None
    stances = {stance: [one.words for one in found.told if one.stance == stance] for stance in Stance}
    assert [words.partition(" (")[0] for words in stances[Stance.AGREES]] == [
        *("même nom de famille", "même prénom", "même adresse")
    ]
    assert stances[Stance.DIFFERS] == ["le téléphone diffère\u00a0: 450 555-0999 / 514 555-0123"]
    assert stances[Stance.UNKNOWN] == ["courriel inconnu"]
    assert all(words.lower() in found.sentence.lower() for words in [*stances[Stance.AGREES], *stances[Stance.DIFFERS]])


def test_a_common_name_says_less_than_a_rare_one(meeting: Meeting) -> None:
    def weight(family: str) -> float:
        found = meeting.people(replace(MARIE, last_name=family), replace(MARIE, last_name=family))
        assert found is not None
        return next(one.weight for one in found.evidence if one.aspect == "family")

    assert weight("Quévillonneau") > weight("Tremblay") + 4
