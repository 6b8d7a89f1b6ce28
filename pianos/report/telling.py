"""How a report went, in a sentence."""

from __future__ import annotations

from pianos.report.models import TimelineReport
from syncing import french


def sentence(report: TimelineReport) -> str:
    """« 12 lignes écrites (Vincent 8, Place des Arts 4). Données de 1 h 58. »"""
    written = sum(one["written"] for one in report.tabs)
    if report.target == TimelineReport.FILE:
        done = f"{french.counted(written, 'ligne', 'lignes')} dans {report.place}"
    elif not written:
        done = "Rien de nouveau à écrire"
    else:
        done = french.counted(written, "ligne écrite", "lignes écrites")
    each = ", ".join(f"{one['tab']} {french.number(one['written'])}" for one in report.tabs if one["written"])
    parts = [f"{done} ({each})." if each else f"{done}."]
    if report.data_of is not None:
        parts.append(f"{french.data_of(report.data_of, report.at)}.")
    parts += [f"« {one['tab']} » : {one['fault']['message']}" for one in report.tabs if one["fault"]]
    parts += [f"« {one['tab']} » : {told}" for one in report.tabs for told in one["told"]]
    return " ".join([*parts, *report.told])
