"""Which backups stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncing.backups.keeping import outdated
from syncing.backups.places import made_at, name_for

NIGHT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 3:00 in Montréal


def nights(count: int, last: datetime = NIGHT) -> list[str]:
    return [name_for(last - timedelta(days=ago), sealed=False) for ago in range(count)]


def test_of_eleven_dumps_and_a_new_one_the_two_oldest_go() -> None:
    names = nights(12)
    gone = outdated(names, daily=10, weekly=0, monthly=0, proved=names)
    assert gone == [names[11], names[10]]
    assert len(set(names) - set(gone)) == 10


def test_after_a_year_there_are_days_weeks_and_months() -> None:
    kept = [NIGHT]
    for night in range(1, 400):
        now = NIGHT + timedelta(days=night)
        names = [name_for(at, sealed=False) for at in [*kept, now]]
        gone = outdated(names, daily=10, weekly=8, monthly=12, proved=names)
        kept = sorted(at for name in set(names) - set(gone) if (at := made_at(name)))
    ages = [(kept[-1] - at).days for at in reversed(kept)]
    assert ages[:10] == list(range(10))
    assert 300 <= ages[-1] <= 366
    assert 10 + 6 + 10 <= len(kept) <= 10 + 8 + 12


def test_of_two_of_one_day_the_last_stays_and_the_day_is_that_of_the_company() -> None:
    late = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # still Friday 23:30 in Montréal
    names = [name_for(at, sealed=True) for at in (NIGHT, late)]
    assert outdated(names, daily=5, weekly=0, monthly=0, proved=names) == [names[0]]


def test_the_last_proved_one_stays_even_when_no_rule_wants_it() -> None:
    names = nights(5)
    assert names[4] not in outdated(names, daily=2, weekly=0, monthly=0, proved=[names[4]])
    assert outdated(names, daily=0, weekly=0, monthly=0, proved=[names[1], names[3]]) == [
        names[4], names[3], names[2], names[0],
    ]  # fmt: skip


def test_both_nights_of_the_clock_changes_are_days_of_their_own() -> None:
    for change in (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)):
        names = nights(3, change + timedelta(days=1))
        assert outdated(names, daily=3, weekly=0, monthly=0, proved=names) == []


def test_a_file_that_is_not_ours_is_never_named() -> None:
    assert (
        outdated(["notes.txt", "gazelle.sqlite3", "gazelle-latest.tar.gz"], daily=0, weekly=0, monthly=0, proved=[])
        == []
    )


@given(
    st.lists(st.integers(0, 900 * 24), min_size=1, max_size=80, unique=True),
    st.integers(0, 12), st.integers(0, 9), st.integers(0, 13), st.data(),
)  # fmt: skip
def test_the_newest_proved_one_always_stays(
    hours: list[int], daily: int, weekly: int, monthly: int, data: st.DataObject
) -> None:
    names = [name_for(NIGHT - timedelta(hours=ago), sealed=False) for ago in sorted(hours)]
    proved = data.draw(st.sets(st.sampled_from(names)))
    gone = outdated(names, daily=daily, weekly=weekly, monthly=monthly, proved=proved)
    assert set(gone) <= set(names)
    if proved:
        assert max(proved) not in gone
    if daily or weekly or monthly:
        assert names[0] not in gone, "tonight's"
