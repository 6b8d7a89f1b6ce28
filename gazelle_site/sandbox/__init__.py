"""A stand-in for the Gazelle CRM: same protocol, invented data, faults on request. No Django, no app."""

from __future__ import annotations

from gazelle_site.sandbox.credentials import Credentials
from gazelle_site.sandbox.faults import FAULT_KINDS, Fault, Faults
from gazelle_site.sandbox.sandbox import Sandbox
from gazelle_site.sandbox.server import Served, serve
from gazelle_site.sandbox.switches import Switches

__all__ = ["FAULT_KINDS", "Credentials", "Fault", "Faults", "Sandbox", "Served", "Switches", "serve"]
