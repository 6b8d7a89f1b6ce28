"""Who holds a lease, and who no longer does: what is at work keeps it, what was left behind stops nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.utils import timezone

from syncing import leases
from syncing.leases import DURATION, acquire, held, new_owner
from syncing.models import Lease

pytestmark = pytest.mark.django_db

NAME = "sync:toys"


def row_of(owner: str) -> None:
    """A lease as it stands in the database, whoever was meant to take it away."""
    now = timezone.now()
    Lease.objects.update_or_create(
        name=NAME, defaults={"owner": owner, "acquired_at": now, "expires_at": now + DURATION}
    )


def test_work_of_this_process_that_goes_on_keeps_its_lease() -> None:
    first, last = new_owner(), new_owner()
    assert acquire(NAME, first)
    assert not acquire(NAME, last)
    leases.release(NAME, first)
    assert acquire(NAME, last)
    leases.release(NAME, last)


def test_a_lease_that_an_outage_kept_from_being_given_back_does_not_stop_the_worker_that_outlived_it() -> None:
    past = new_owner()
    with held([NAME], past):
        pass
    row_of(past)  # the database was gone when it was given back
    with held([NAME], new_owner()):
        assert Lease.objects.get().owner != past


def test_a_killed_process_whose_parent_has_not_looked_yet_holds_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    row_of(f"{new_owner().partition(':')[0]}:{process.pid}:{leases._birth(process.pid)}:1234")
    mine = new_owner()
    assert not acquire(NAME, mine)
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table of processes
    assert acquire(NAME, mine)
    leases.release(NAME, mine)
    process.wait()
