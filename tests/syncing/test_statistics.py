"""What PostgreSQL's planner knows of the tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from clients.models import Client
from gazelle_site.sandbox import Served


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without counting")
@pytest.mark.django_db(transaction=True)
def test_after_a_first_load_the_planner_knows_how_large_the_table_is(gazelle: Served) -> None:
    call_command("sync", "clients", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Client._meta.db_table])
        assert cursor.fetchone() == (Client.objects.count(),)
