"""Intents that behave alike when a question follows another."""

from __future__ import annotations

OWN_OR_ALL = frozenset({"my_appointments", "all_appointments"})
AGENDAS = OWN_OR_ALL | {"technician_appointments", "unconfirmed_appointments"}
OF_A_CLIENT = frozenset(
    {"client_info", "client_summary", "client_history", "client_pianos", "client_travel_fee", "client_appointments"}
)
ABOUT_CLIENTS = OF_A_CLIENT | {"client_search", "client_invoices"}
OF_A_DAY = frozenset({"departure_time", "day_distance", "parts_needed", "summary"})
OF_A_CLIENT_IF_BARE = frozenset({"measurements", "humidity_alerts", "recurring_issues", "search_notes"})
