"""The pages about one instrument."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pianos.curve import draw
from pianos.models import Piano
from pianos.readings import readings_of
from pianos.telling import told
from syncing.access import member_required, viewer_of
from syncing.models import Redirect


@member_required
@require_safe
def readings_page(request: HttpRequest, pk: str) -> HttpResponse:
    """What was measured and told of the climate of a piano; the address of a merged record leads to the one kept."""
    merged = Redirect.objects.filter(entity="pianos", old_id=pk, undone_at=None).first()
    if merged is not None:
        return redirect("piano-mesures", merged.kept_id)
    viewer = viewer_of(request.user)
    piano = get_object_or_404(Piano.objects.visible_to(viewer).lightly("client"), pk=pk)
    series = readings_of(piano, viewer=viewer)
    return render(
        request,
        "pianos/mesures.html",
        {
            "piano": piano,
            "series": series,
            "newest_first": list(reversed(series.points)),
            "drawings": [
                (name, drawing)
                for name, is_wide in (("wide", True), ("narrow", False))
                if (drawing := draw(series, is_wide=is_wide))
            ],
            "told": told(series),
        },
    )
