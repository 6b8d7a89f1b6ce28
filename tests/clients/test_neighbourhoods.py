"""Where a postal code is, as Canada Post draws its areas."""

from __future__ import annotations

import pytest

from clients.neighbourhoods import BY_AREA, neighbourhood


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("H3N", "Parc-Extension"),
        ("H9A", "Dollard-des-Ormeaux"),
        ("H9B", "Dollard-des-Ormeaux"),
        ("H1K", "Anjou"),
        ("H1H", "Montréal-Nord"),
        ("H1G", "Montréal-Nord"),
        ("J4G", "Longueuil"),
        ("J4H", "Longueuil"),
        ("J6A", "Repentigny"),
        ("J7C", "Blainville"),
        ("J7H", "Boisbriand"),
        ("J7J", "Mirabel"),
        ("J5A", "Saint-Constant"),
        ("H2V", "Outremont"),
        ("H1Y", "Rosemont"),
    ],
)
def test_the_areas_that_were_wrong_before_are_right(area: str, name: str) -> None:
    assert neighbourhood(f"{area} 1A1", "Ailleurs") == name


@pytest.mark.parametrize(
    ("code", "town", "told"),
    [
        ("h2v1w3", "Montréal", "Outremont"),
        ("J1X 6E2", "Orford", "Orford"),
        ("J1X 6E2", "", "J1X"),
        ("", "Orford", "Orford"),
        ("", "", ""),
    ],
)
def test_elsewhere_the_town_says_more_and_without_a_town_the_area(code: str, town: str, told: str) -> None:
    assert neighbourhood(code, town) == told


def test_every_area_of_the_island_that_delivers_to_homes_is_named_once() -> None:
    assert len(BY_AREA) == len(set(BY_AREA))
    assert all(len(area) == 3 and area[0] in "HJ" and area[1].isdigit() for area in BY_AREA)
    assert sum(area.startswith(("H1", "H2", "H3", "H4")) for area in BY_AREA) >= 75
