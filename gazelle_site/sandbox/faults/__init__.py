"""Faults on request: a fault is data, matched against a request, and applied where the answer leaves the server.

    faults.add("status", code=429, retry_after=2, entity="clients", page=3)
    faults.add("type_change", entity="timeline", page="last", field="comment", value=[], times=None)
    faults.seed(12345)
    faults.mix(0.1, kinds=["reset", "html", {"kind": "status", "code": 429, "retry_date": 1}])

`kinds.py` says what each kind does and takes; `planning.py` decides which request meets which fault; `transport.py`
changes the bytes, `payload.py` the decoded answer. None of them touches the records of the sandbox.
"""

from __future__ import annotations

from gazelle_site.sandbox.faults.kinds import FAULT_KINDS, PAYLOAD_KINDS, TRANSPORT_KINDS
from gazelle_site.sandbox.faults.planning import Fault, Faults, Hit

__all__ = ["FAULT_KINDS", "PAYLOAD_KINDS", "TRANSPORT_KINDS", "Fault", "Faults", "Hit"]
