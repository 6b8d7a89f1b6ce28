"""Which question it is: rules read from top to bottom, the first that holds decides.

A rule holds when all its words do: `cue` is in the question, `a|b` one of them is, `!cue` is not, `=slot` was said,
`?test` is a question asked of the sentence below. The verb and the head noun come first; makes, cities and people are
filters and decide only when nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.understanding.slots.found import Found

_POLITE = frozenset({"filler", "polite", "greeting", "thanks", "ack", "yes", "no", "you", "help", "i", "us"})
_AGENDA = "appointment|agenda|tuning|visit"
_CLIENT = "=client_name|=client_id"
_FIELD = "f_address|f_phone|f_email|f_contact_all|f_access_code|f_pets|f_language|f_parking|f_floor|f_contact|f_technician"

RULES: tuple[tuple[str, str, str], ...] = (
    # --- the conversation itself
    ("unknown", "code", "a program's text"),
    ("reset", "reset ?only:reset", "nothing but a wish to start again"),
    ("smalltalk", "greeting|thanks|ack|yes|no ?only:", "politeness and nothing else"),
    ("help", "help ?only:help", "asks what can be asked"),
    ("action_request", "?action", "asks for something to be written"),
    ("out_of_scope", "elsewhere_topic !piano !appointment !client !notes_search !agenda ?elsewhere", "no affair of ours"),
    # --- know-how before anything its words would also fit
    ("semantic_search", "similar !interventions", "asks for past cases that look alike"),
    ("client_travel_fee", "travel_fee", "travel fee"),
    ("client_travel_fee", "travel|cheap ?surely", "travel fee"),
    ("open_question", "?open !notes_search", "a question about the data that no list answers"),
    ("knowledge_search", "how_why ?how !=client_id", "a how or a why"),
    # --- one word decides
    ("unconfirmed_appointments", "unconfirmed !invoice", "not confirmed"),
    ("unpaid_invoices", "owe", "what is owed"),
    ("unpaid_invoices", "unpaid invoice|client|how_many|list_word|overdue|who|sum_word|sum|=client_name", "not paid"),
    ("unpaid_invoices", "unpaid_noun", "receivables"),
    ("unpaid_invoices", "paid ?of_client !invoice", "whether somebody has paid"),
    ("unpaid_invoices", "invoice overdue", "late invoices"),
    ("client_invoices", "invoice|billed", "invoices of a client"),
    ("humidity_alerts", "alert !notes_search", "alerts"),
    ("humidity_alerts", "humidity unresolved", "what is not settled"),
    ("recurring_issues", "recurring problem|piano|=piano_make|=client_name|=serial", "faults that come back"),
    ("recurring_issues", "problem =client_name|=piano_make|=serial !notes_search !which_client !who_has", "known faults"),
    ("parts_needed", "bring", "what to bring"),
    ("parts_needed", "parts needed|when_said|appointment|=client_name !stock", "parts that are needed"),
    ("parts_needed", "needed i|mine appointment|agenda|=client_name", "what a visit needs"),
    ("inventory_stock", "stock !piano", "stock"),
    ("inventory_stock", "remaining how_many|have !appointment !agenda !piano !client !invoice", "how many are left"),
    ("tours", "tours", "tours"),
    ("tours", "tours next", "tours"),
    ("departure_time", "departure", "when to leave"),
    ("day_distance", "distance !=measure", "kilometres of a day"),
    ("measurements", "humidity|temperature|pitch", "readings"),
    ("measurements", "reading =value|=client_name|=serial|piano", "readings"),
    ("measurements", "=op =measure", "a number with a unit"),
    ("measurements", "too_dry|too_humid piano", "readings out of range"),
    # --- one appointment
    ("appointment_detail", "=appointment_id", "an appointment by its id"),
    ("appointment_detail", "details appointment", "one appointment in full"),
    # --- digests and counts
    ("client_summary", "summary =client_id", "a digest of one client"),
    ("client_summary", "summary =client_name !agenda !appointment ?surely", "a digest of one client"),
    ("summary", "summary !=client_name", "a digest of a period"),
    ("summary", "summary agenda|appointment", "a digest of a period"),
    # --- notes
    ("search_notes", "quote", "literal words to find"),
    ("search_notes", "notes_search", "words to find in notes"),
    ("search_notes", "search service_notes", "words to find in notes"),
    ("client_search", "=phone_suffix", "a card by its phone"),
    ("client_search", "email search|who|client|which_client", "a card by its address"),
    ("client_search", "=missing !piano !serial", "cards with a gap"),
    ("piano_search", "=missing piano|serial|model|make_word", "instruments with a gap"),
    ("client_search", "=not_seen_since", "clients not seen for long"),
    ("client_search", "=not_serviced_since client", "clients not served for long"),
    ("piano_search", "=not_serviced_since", "instruments not serviced for long"),
    ("client_search", "not_seen client", "clients not seen for long"),
    ("my_appointments", "i have|busy piano|=piano_make|=piano_type when_said !?past !how_many", "instruments of one's own day"),
    ("piano_history", "=serial history|interventions|tuning|service_notes|last_time|last|reading", "one instrument"),
    ("piano_search", "=serial", "an instrument by its number"),
    ("stats", "stats|new_clients|=group_by|top !?surely", "figures"),
    ("stats", "most appointment|tuning|visit|piano|client|works|busy", "who does most"),
    ("client_pianos", "which_pianos ?of_client ?proper", "instruments of one client"),
    ("client_pianos", "piano ?of_client !which_pianos !which_client !who_has !history !last_time !tuning", "instruments of one client"),
    ("client_pianos", "=piano_make|=piano_type|=piano_model ?of_client ?surely !client !appointment !agenda !interventions !when_said", "instruments of one client"),
    ("client_search", "client|which_client =piano_make|=piano_model|=piano_type ?client_first ?only_make !how_many", "clients by instrument"),
    ("piano_search", "who_has !client =piano_make|=piano_model|=piano_type ?only_make", "an instrument by its make"),
    ("search_notes", "which_client ?clues", "clues for a client"),
    ("search_notes", "which_pianos ?clues", "words about instruments"),
    ("search_notes", "who_has ?clues !unconfirmed !appointment", "words about a client"),
    ("search_notes", "piano ?with_a_thing !pls !=piano_make", "words about instruments"),
    ("piano_search", "not_serviced piano", "instruments never serviced"),
    ("piano_search", "piano|grand|upright =piano_make|=piano_type|=city|=neighborhood|=year_lt|=condition|pls|inactive|=piano_model !history !appointment !agenda", "filters of instruments"),
    ("piano_search", "=piano_make|=piano_model !appointment !agenda !tuning !history !interventions !=client_name !client", "a make alone"),
    ("piano_search", "=piano_type !=client_name !appointment !agenda", "a type alone"),
    ("client_search", "client =piano_make|=piano_model", "clients by instrument"),
    # --- counts
    ("stats", "how_many appointment|tuning|visit|agenda|piano|client|interventions !?of_client !which_client", "how many"),
    ("stats", "how_many i|mine when_said !=client_name !works !distance", "how many of one's own"),
    # --- one client's affairs
    ("client_appointments", "ask_when going|appointment|visit|there !last_time !?past ?of_client", "when one goes there"),
    ("client_history", "who_went ?of_client", "who went there"),
    ("client_history", "visit|tuning last ?of_client", "when one went there"),
    ("client_history", "busy|going|tuning|visit|see|how_many|ask_when ?of_client ?past !appointment !agenda !piano", "what was done there"),
    ("client_history", "last_time ?of_client", "when one went there"),
    ("client_appointments", "visit|going|tuning next ?of_client", "when one goes there"),
    ("all_appointments", "who going ?of_client ?at", "who goes to a place"),
    ("client_appointments", "who going ?of_client !last", "who goes there"),
    ("client_history", "last_time !mine !appointment", "when one went there"),
    ("client_history", "history|interventions !appointment", "a history"),
    ("client_history", "history", "a history"),
    ("search_notes", "service_notes ?about", "words to find in notes"),
    ("client_history", "service_notes|visit ?of_client", "what was noted there"),
    ("client_history", "service_notes last|full", "what was noted there"),
    ("client_appointments", "appointment|visit|agenda|tuning|going ?of_client !mine !=technician", "visits at one client"),
    ("client_appointments", "f_technician|who|technician_word when_said|next|tuning|going ?of_client", "who goes there"),
    ("technician_appointments", "=technician|=technicians|=technician_raw ?agenda_like appointment|agenda|tuning|visit|going|free|busy|works|where_is|have|what_do_i_have|end_of_day|first_one|departure", "somebody's agenda"),
    ("agenda", "client next|first_one !=client_name !how_many !search", "the next visit"),
    ("my_appointments", "client last mine when_said !=client_name", "the last visit of a day"),
    ("my_appointments", "i see when_said !how_many !=client_name", "one's own visits"),
    ("all_appointments", "who|technician_word free|works !=client_name !=technician", "who is free"),
    ("client_info", "f_address|f_phone|f_email|f_contact_all|f_access_code|f_pets|f_language|f_parking|f_floor|f_contact|f_technician !appointment !agenda", "one field of a card"),
    ("client_info", "f_number ?of_client", "the number of somebody"),
    ("client_info", "where_is ?of_client !search", "where somebody lives"),
    ("client_summary", "tell_everything ?of_client", "everything on one client"),
    ("client_summary", "tell_everything !=technician", "everything on one client"),
    # --- agendas
    ("all_appointments", "everyone appointment|agenda|tuning|when_said|going|free|busy|where_is|where_do_i_go", "everybody's agenda"),
    ("all_appointments", "who going|free|busy|tuning|have !=client_name", "everybody's agenda"),
    ("my_appointments", "?where_i_go", "one's own day"),
    ("my_appointments", "what_do_i_have", "one's own day"),
    ("agenda", "what_do_we_have !=client_name", "a day"),
    ("my_appointments", "appointment|agenda|free|end_of_day|first_one mine|i", "one's own agenda"),
    ("my_appointments", "i when_said have|going|busy|free|end_of_day|first_one|tuning|visit|departure", "one's own agenda"),
    ("my_appointments", "mine when_said !=client_name", "one's own agenda"),
    ("my_appointments", "tuning mine|i when_said", "one's own agenda"),
    ("my_appointments", "visit mine|next", "one's own agenda"),
    ("agenda", "appointment|agenda|visit|tuning !=client_name", "an agenda"),
    ("agenda", "us when_said|what_do_i_have", "an agenda"),
    ("client_search", "client|search|where_is|who =city|=cities|=neighborhood !=client_name", "clients of a place"),
    ("open_question", "estimate", "estimates have no list yet"),
    ("client_search", "search|client|contact|where_is|who", "a card"),
    ("technician_appointments", "=technician|=technicians|=technician_raw ?agenda_like", "somebody alone"),
    ("agenda", "when_said ?only:when_said", "a date alone"),
    ("agenda", "when_said !=client_name", "a date alone"),
    ("agenda", "=part_of_day|=time|=after_time|=before_time !=client_name", "an hour alone"),
    ("piano_search", "piano !=client_name", "instruments"),
    ("client_appointments", "when_said =client_name ?surely", "a client and a date"),
    ("client_search", "=client_name|weak_name ?named", "a name alone"),
    ("client_search", "=city|=neighborhood ?only:city,neighborhood", "a place alone"),
    ("client_search", "=client_id", "a card by its id"),
    ("unknown", "", "nothing recognised"),
)


def decide(found: Found, tests: dict[str, Callable[[Found, str], bool]]) -> tuple[str, str]:
    """The intent and the reason. `agenda` stands for the asker's or everybody's, by who asks."""
    present = _present(found)
    for intent, condition, reason in RULES:
        if all(_holds(word, present, found, tests) for word in condition.split()):
            return intent, reason
    raise AssertionError("the last rule always holds")


def _present(found: Found) -> set[str]:
    kinds = {mark.kind for mark in found.sentence.marks}
    slots = {f"={slot}" for slot in found.values}
    if not found.has_client:
        slots.discard("=client_name")
        kinds |= {"weak_name"} & {"weak_name" if "client_name" in found.values else ""}
    if found.values.keys() & {"date_range", "date_ranges"} or found.sentence.has("when"):
        kinds.add("when_said")
    return kinds | slots


def _holds(word: str, present: set[str], found: Found, tests: dict[str, Callable[[Found, str], bool]]) -> bool:
    for choice in word.split("|"):
        wanted, negated = choice.removeprefix("!"), choice.startswith("!")
        if wanted.startswith("?"):
            name, _, argument = wanted[1:].partition(":")
            held = tests[name](found, argument)
        else:
            held = wanted in present
        if held != negated:
            return True
    return False


def only(found: Found, kinds: str) -> bool:
    """Besides politeness there is nothing but these cues."""
    allowed = _POLITE | set(filter(None, kinds.split(","))) | ({"when"} if "when_said" in kinds else set())
    sentence = found.sentence
    return all(
        word.is_mark or bool(sentence.kinds_at(place) & allowed) for place, word in enumerate(sentence.words)
    )
