"""Home and error pages: what belongs to the site and to no app."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from gazelle_site.contention import busy_page
from gazelle_site.outage import DOWN, outage, unreachable_page
from syncing import french
from syncing.access import member_required
from syncing.locks import is_contended
from syncing.monitoring.findings import labels
from syncing.monitoring.freshness import EntityStatus, glance


@require_safe
@member_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "gazelle_site/home.html", {"ages": _ages_in_one_sentence()})


def _ages_in_one_sentence() -> str:
    """« Dernière lecture de Gazelle : clients et contacts il y a 3 min ; pianos il y a 25 min. »"""
    now = timezone.now()
    states = glance(now)
    if not any(state.last_sync for state in states):
        return "Rien n’a encore été lu de Gazelle."
    told = [(_age(state, now), state) for state in states]
    groups = [(age, [state for _, state in same]) for age, same in groupby(told, key=itemgetter(0))]
    parts = [f"{labels(together)[:1].lower()}{labels(together)[1:]} {age}" for age, together in groups]
    return f"Dernière lecture de Gazelle : {' ; '.join(parts)}."


def _age(state: EntityStatus, now: datetime) -> str:
    """To the minute: seconds would tell apart what was read together."""
    if state.last_sync is None:
        return "jamais"
    recent = french.elapsed(state.last_sync, now) < timedelta(minutes=1)
    return "il y a moins d’une minute" if recent else french.ago(state.last_sync, now)


def server_error(request: HttpRequest) -> HttpResponse:
    """Every uncaught error ends here, also one raised outside a view: an outage is told as an outage."""
    error = sys.exception()
    if isinstance(error, DOWN) and not outage.reachable():
        return unreachable_page(request)
    if error is not None and is_contended(error):
        return busy_page(request)
    return HttpResponse(render_to_string("500.html"), status=500)
