"""The whole year by the clock, some minutes long: `python -m tests.syncing.scheduling [FIRST_DAY [LAST_DAY]]`."""

from __future__ import annotations

import os
import sys
import time
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from syncing.scheduling.models import JobRun  # noqa: E402
from tests.syncing.scheduling.test_year import assert_frequent_as_planned, assert_runs_as_planned  # noqa: E402

if __name__ == "__main__":
    settings.SCHEDULER_ENABLED, settings.SCHEDULER_ENV = True, "production"
    call_command("migrate", verbosity=0)
    first, last, *_ = [*map(date.fromisoformat, sys.argv[1:]), date(2027, 1, 1), date(2028, 1, 1)]
    began = time.monotonic()
    assert_frequent_as_planned(first, last)
    assert_runs_as_planned(first, last)
    print(f"{JobRun.objects.count()} runs, all when planned, in {time.monotonic() - began:.0f} s")  # noqa: T201
