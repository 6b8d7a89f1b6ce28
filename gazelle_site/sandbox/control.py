"""The control interface: the same edits over HTTP, so that a person can play the office while the product runs.

It belongs to the stand-in only; the real CRM has nothing of the kind. With the server on port 8765:

    curl -s localhost:8765/control/counts
    curl -s 'localhost:8765/control/ids?entity=clients'
    curl -s 'localhost:8765/control/record?entity=clients&id=cli_…'
    curl -s -d '{"entity": "clients", "id": "cli_…", "fields": {"companyName": "Neuf"}}' localhost:8765/control/edit
    curl -s -d '{"entity": "clients", "fields": {"companyName": "École"}}' localhost:8765/control/create
    curl -s -d '{"entity": "pianos", "id": "ins_…"}' localhost:8765/control/delete
    curl -s -d '{"id": "evt_…"}' localhost:8765/control/cancel_event
    curl -s -d '{"source": "cli_…", "target": "cli_…"}' localhost:8765/control/merge_clients
    curl -s -d '{"source": "ins_…", "target": "ins_…"}' localhost:8765/control/merge_pianos
    curl -s -d '{"kind": "status", "code": 503, "times": 2, "match": "allClients"}' localhost:8765/control/fault
    curl -s -d '{"kind": "cut", "entity": "timeline", "page": "last", "times": null}' localhost:8765/control/fault
    curl -s -d '{"probability": 0.1, "kinds": ["reset", "html"], "seed": 7}' localhost:8765/control/mix_faults
    curl -s -d '{"seed": 12345}' localhost:8765/control/seed_faults
    curl -s localhost:8765/control/faults
    curl -s -d '{}' localhost:8765/control/clear_faults
    curl -s -d '{"max_first": 50}' localhost:8765/control/switches
    curl -s -d '{}' localhost:8765/control/expire_tokens
    curl -s -d '{}' localhost:8765/control/revoke_tokens

A fault takes `times`, `after`, `match`, `entity`, `page` and `probability` besides the values of its kind; what each
kind does and takes is said in `faults/kinds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from inspect import signature
from typing import Any

from gazelle_site.sandbox.sandbox import Sandbox

Values = dict[str, Any]


class ControlError(Exception):
    """A request of the control interface that cannot be done, with the reason."""


def control(sandbox: Sandbox, verb: str, values: Values) -> Any:
    """Do what is asked and answer with plain data."""
    do = VERBS.get(verb)
    if do is None:
        raise ControlError(f"« {verb} » est inconnu ; choix : {', '.join(VERBS)}")
    try:
        return do(sandbox, dict(values))
    except (KeyError, TypeError, ValueError) as problem:
        reason = problem.args[0] if problem.args else problem
        raise ControlError(f"{verb} : {reason}") from problem


def _edit(sandbox: Sandbox, values: Values) -> Values:
    sandbox.edit(values["entity"], values["id"], **values.get("fields", {}))
    return sandbox.record(values["entity"], values["id"])


def _create(sandbox: Sandbox, values: Values) -> Values:
    return {"id": sandbox.create(values["entity"], **values.get("fields", {}))}


def _delete(sandbox: Sandbox, values: Values) -> Values:
    sandbox.delete(values["entity"], values["id"])
    return {"deleted": values["id"]}


def _cancel(sandbox: Sandbox, values: Values) -> Values:
    sandbox.cancel_event(values["id"])
    return {"canceled": values["id"]}


def _merge_clients(sandbox: Sandbox, values: Values) -> Values:
    sandbox.merge_clients(values["source"], values["target"])
    return {"kept": values["target"]}


def _merge_pianos(sandbox: Sandbox, values: Values) -> Values:
    sandbox.merge_pianos(values["source"], values["target"])
    return {"kept": values["target"]}


def _fault(sandbox: Sandbox, values: Values) -> Values:
    return asdict(sandbox.faults.add(values.pop("kind", ""), **values))


def _mix_faults(sandbox: Sandbox, values: Values) -> Values:
    known = set(signature(sandbox.faults.mix).parameters)
    if not {"probability"} <= values.keys() <= known:
        raise ValueError(f"un mélange veut « probability » et ne prend que {', '.join(sorted(known))}")
    return asdict(sandbox.faults.mix(**values))


def _faults(sandbox: Sandbox, values: Values) -> Values:
    applied = [{"kind": hit.kind, "entity": hit.entity, "page": hit.page} for hit in sandbox.faults.applied]
    return {"waiting": [asdict(fault) for fault in sandbox.faults.waiting], "applied": applied}


def _seed_faults(sandbox: Sandbox, values: Values) -> Values:
    if "seed" not in values:
        raise ValueError("il faut « seed », un entier")
    sandbox.faults.seed(values["seed"])
    return {"seed": values["seed"]}


def _clear_faults(sandbox: Sandbox, values: Values) -> Values:
    sandbox.faults.clear()
    return {"cleared": True}


def _switches(sandbox: Sandbox, values: Values) -> Values:
    known = {each.name for each in fields(sandbox.switches)}
    for name, value in values.items():
        if name not in known:
            raise KeyError(f"« {name} » n’est pas un réglage ; choix : {', '.join(sorted(known))}")
        setattr(sandbox.switches, name, value)
    return asdict(sandbox.switches)


def _expire(sandbox: Sandbox, values: Values) -> Values:
    sandbox.tokens.expire_access_tokens()
    return {"expired": True}


def _revoke(sandbox: Sandbox, values: Values) -> Values:
    sandbox.tokens.revoke_refresh_tokens()
    return {"revoked": True}


READING = frozenset({"counts", "ids", "record", "records", "faults"})
"""What a GET may ask; the rest changes something and wants a POST."""

VERBS: dict[str, Callable[[Sandbox, Values], Any]] = {
    "counts": lambda sandbox, values: sandbox.counts(),
    "ids": lambda sandbox, values: sandbox.ids(values["entity"], hidden=bool(values.get("hidden"))),
    "record": lambda sandbox, values: sandbox.record(values["entity"], values["id"]),
    "records": lambda sandbox, values: sandbox.records(values["entity"], hidden=bool(values.get("hidden"))),
    "edit": _edit,
    "create": _create,
    "delete": _delete,
    "cancel_event": _cancel,
    "merge_clients": _merge_clients,
    "merge_pianos": _merge_pianos,
    "fault": _fault,
    "mix_faults": _mix_faults,
    "seed_faults": _seed_faults,
    "faults": _faults,
    "clear_faults": _clear_faults,
    "switches": _switches,
    "expire_tokens": _expire,
    "revoke_tokens": _revoke,
}
