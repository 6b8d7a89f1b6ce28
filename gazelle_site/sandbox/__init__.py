"""A stand-in for the Gazelle CRM: same protocol, invented data, faults on request. No Django, no app.

    sandbox = Sandbox("small", seed=1, today=date(2026, 3, 10))
    with serve(sandbox) as served:
        ...                                              # read served.graphql_url with served.api_key
        sandbox.edit("clients", client_id, companyName="Nouveau nom")
        sandbox.faults.add("status", code=503, match="allClients")

What it serves is `schema.graphql`; how it answers where the contract is silent is `switches.py`; the same edits over
HTTP are in `control.py`, with curl examples.
"""

from __future__ import annotations

from gazelle_site.sandbox.credentials import Credentials
from gazelle_site.sandbox.faults import FAULT_KINDS, Fault, Faults, Hit
from gazelle_site.sandbox.sandbox import Sandbox
from gazelle_site.sandbox.server import Served, serve
from gazelle_site.sandbox.switches import Switches

__all__ = ["FAULT_KINDS", "Credentials", "Fault", "Faults", "Hit", "Sandbox", "Served", "Switches", "serve"]
