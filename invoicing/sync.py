"""What the mirror reads of bills and proposals, and how their answers become columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from syncing.drafts import Draft, Fault, is_whole
from syncing.registry import Entity, Nested, Owned, Read
from syncing.vocabulary import Mode, Node

ITEM, PAYMENT = "invoicing.InvoiceItem", "invoicing.Payment"
TIER, GROUP, TIER_ITEM = "invoicing.EstimateTier", "invoicing.EstimateTierGroup", "invoicing.EstimateTierItem"
TAX = ("taxId", "name", "rate", "total")


def parse_invoice(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("status", "notes", "topNotes", "taxPricingMode")
    draft.integer("number", "subTotal", "taxTotal", "tipTotal", "total", "paidTotal", "dueTotal", "netDays")
    draft.day("dueOn")
    draft.boolean("archived", "summarize")
    draft.texts("tags")
    parties(draft)
    if is_whole(node, "allInvoiceItems"):
        draft.own(ITEM, [parse_invoice_item(item) for item in draft.nodes("allInvoiceItems")])
    if is_whole(node, "allInvoicePayments"):
        draft.own(PAYMENT, [parse_payment(payment) for payment in draft.nodes("allInvoicePayments")])
    tell_sums(draft)
    return draft


def tell_sums(draft: Draft) -> None:
    """Amounts are kept as received; those that do not add up are told, whether the tip is in the total or not."""
    amounts = [draft.columns.get(name) for name in ("sub_total", "tax_total", "total", "tip_total")]
    sub_total, tax_total, total, tip = (amount if isinstance(amount, int) else None for amount in amounts)
    if sub_total is None or tax_total is None or total is None:
        return
    if total - sub_total - tax_total not in (0, tip):
        draft.faults.append(Fault("total", "n’est pas la somme du sous-total et des taxes"))
    lines = [line.columns.get("sub_total") for line in draft.owned.get(ITEM, ())]
    known = [line for line in lines if isinstance(line, int)]
    if ITEM in draft.owned and len(known) == len(lines) and sum(known) != sub_total:
        draft.faults.append(Fault("subTotal", "n’est pas la somme des lignes"))


def parse_invoice_item(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("description", "type")
    draft.integer("quantity", "amount", "subTotal", "taxTotal", "total", "sequenceNumber")
    draft.boolean("taxable", "billable")
    taxes(draft)
    draft.reference("piano", "pianos")
    draft.reference("masterServiceItem", "service_items", "service_item")
    return draft


def parse_payment(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("type", "status", "paymentSource", "notes", "failureReason")
    draft.integer("amount", "tipTotal")
    draft.instant("paidAt")
    return draft


def parse_estimate(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("locale", "notes")
    draft.integer("number", "recommendedTierTotal", "currentPerformanceLevel")
    draft.day("estimatedOn", "expiresOn")
    draft.boolean("isArchived")
    draft.texts("tags")
    draft.reference("piano", "pianos")
    parties(draft)
    if is_whole(node, "allEstimateTiers", plain_list=True):
        tiers = draft.nodes("allEstimateTiers")
        draft.own(TIER, [parse_tier(tier) for tier in tiers])
        if all(is_whole(tier, "allEstimateTierGroups", plain_list=True) for tier in tiers):
            draft.own(GROUP, [parse_group(group, tier) for tier in tiers for group in groups_of(tier)])
            if all(is_whole(part, name, plain_list=True) for part, name in item_lists(tiers)):
                draft.own(TIER_ITEM, [item for tier in tiers for item in items_of(tier)])
    return draft


def parse_tier(node: Node) -> Draft:
    draft = Draft(node)
    draft.text("notes")
    draft.integer("sequenceNumber", "subtotal", "taxTotal", "total", "targetPerformanceLevel")
    draft.boolean("isPrimary", "allowSelfSchedule")
    return draft


def parse_group(node: Node, tier: Node) -> Draft:
    draft = Draft(node)
    draft.text("name")
    draft.integer("sequenceNumber")
    draft.columns["tier_gazelle_id"] = id_of(tier)
    return draft


def parse_tier_item(node: Node, tier: Node, group: Node | None) -> Draft:
    draft = Draft(node)
    draft.text("name", "description", "educationDescription", "type", "externalUrl")
    draft.integer("quantity", "amount", "duration", "subtotal", "taxTotal", "total", "sequenceNumber")
    draft.boolean("isTaxable", "isTuning")
    taxes(draft)
    draft.reference("masterServiceItem", "service_items", "service_item")
    draft.columns["tier_gazelle_id"] = id_of(tier)
    draft.columns["group_gazelle_id"] = id_of(group) if group is not None else ""
    return draft


def groups_of(tier: Node) -> list[Node]:
    return Draft(tier).nodes("allEstimateTierGroups")


def items_of(tier: Node) -> Iterator[Draft]:
    """The lines of an option, those of its groups first."""
    for group in groups_of(tier):
        for item in Draft(group).nodes("allEstimateTierItems"):
            yield parse_tier_item(item, tier, group)
    for item in Draft(tier).nodes("allUngroupedEstimateTierItems"):
        yield parse_tier_item(item, tier, None)


def item_lists(tiers: list[Node]) -> Iterator[tuple[Node, str]]:
    """Every list of lines in the tree, as its holder and its name."""
    for tier in tiers:
        yield tier, "allUngroupedEstimateTierItems"
        for group in groups_of(tier):
            yield group, "allEstimateTierItems"


def parties(draft: Draft) -> None:
    """Who it is for, who it is from."""
    draft.reference("client", "clients")
    draft.reference("contact", "contacts")
    draft.reference("assignedTo", "users", "technician")
    draft.reference("createdBy", "users")
    draft.audit()


def taxes(draft: Draft) -> None:
    """The taxes of a line, each with its own rounded total."""
    if "taxes" not in draft.node:
        return
    held = draft.node["taxes"]
    if held is None or (isinstance(held, list) and all(isinstance(tax, dict) for tax in held)):
        draft.columns["taxes"] = [{name: tax[name] for name in TAX if name in tax} for tax in held or ()]
    else:
        draft.faults.append(Fault("taxes", "liste de taxes attendue"))


def id_of(node: Node) -> str:
    value = node.get("id")
    return value if isinstance(value, str) else ""


TAXES = "taxes { id taxId name rate total }"

INVOICES = Entity(
    name="invoices",
    label="Factures",
    model="invoicing.Invoice",
    type_name="PrivateInvoice",
    root="allInvoices",
    single="invoice(id: $id)",
    selection="""
        id number status subTotal taxTotal tipTotal total paidTotal dueTotal dueOn netDays summarize archived tags
        notes notesHeader topNotes topNotesHeader taxPricingMode currency { code divisor } clientUrl
        acceptElectronicPayment acceptedElectronicPaymentMethods hasPaymentPending hasPaymentsPending
        altBillingFirstName altBillingLastName altBillingCompanyName altBillingEmail altBillingPhone
        altBillingAddress1 altBillingAddress2 altBillingStreet1 altBillingStreet2 altBillingCity
        altBillingMunicipality altBillingState altBillingRegion altBillingZip altBillingPostalCode
        altBillingCountryCode
        hasQuickbooksSyncNotices lastQuickbooksSyncAt needsQuickbooksSync
        client { id } contact { id } assignedTo { id } createdBy { id } createdAt updatedAt
    """,
    omitted={"searchString": "computed by the server from fields already read; it would move without a change"},
    nested=(
        Nested(
            name="allInvoiceItems",
            selection=f"""
                id description type quantity amount subTotal taxTotal total taxable billable sequenceNumber
                {TAXES} piano {{ id }} masterServiceItem {{ id }} createdAt updatedAt
            """,
        ),
        Nested(
            name="allInvoicePayments",
            selection="""
                id amount tipTotal type status paymentSource paidAt notes failureReason paymentDetails
                isStripePayment isSyncedToQuickbooksOnline wasInitiatedByClient createdAt
            """,
        ),
    ),
    # No filter tells what changed, so every reading is the whole list, in the order of the numbers: what is billed
    # while reading arrives at the end.
    reads={
        # Whether the unfiltered list holds archived ones is not known: asked besides, they are here either way.
        Mode.FULL: Read(arguments="sortBy: [NUMBER_ASC]", also=("filters: {archived: true}, sortBy: [NUMBER_ASC]",)),
        Mode.REPAIR: Read(arguments="filters: {invoiceDateGet: $since, invoiceDateLet: $until}, sortBy: [NUMBER_ASC]"),
    },
    owned=(Owned(model=ITEM, owner="invoice"), Owned(model=PAYMENT, owner="invoice")),
    known_values={
        "status": frozenset({"DRAFT", "OPEN", "OVERDUE", "PAID", "DELETED", "CANCELED"}),
        "taxPricingMode": frozenset({"EXCLUSIVE", "INCLUSIVE"}),
        "acceptedElectronicPaymentMethods": frozenset(
            {"CARD", "SEPA_DEBIT", "ACH", "BANCONTACT", "EPS", "GIROPAY", "IDEAL", "SOFORT", "P24"}
        ),
    },
    parse=parse_invoice,
    refers_to=("users", "clients", "contacts", "pianos"),
    promise=timedelta(hours=2),
    serves="au bureau",
    shared=frozenset({"notes"}),
)

TIER_LINE = f"""
    id name description educationDescription sequenceNumber quantity amount duration subtotal taxTotal total type
    isTaxable isTuning externalUrl {TAXES} masterServiceItem {{ id }} estimateTier {{ id }} estimateTierGroup {{ id }}
    createdAt updatedAt
"""

ESTIMATES = Entity(
    name="estimates",
    label="Soumissions",
    model="invoicing.Estimate",
    type_name="PrivateEstimate",
    root="allEstimates",
    single="estimate(id: $id)",
    selection="""
        id number estimatedOn expiresOn isArchived locale notes recommendedTierTotal currentPerformanceLevel tags
        clientUrl pianoPhoto { id }
        client { id } piano { id } contact { id } assignedTo { id } createdBy { id } createdAt updatedAt
    """,
    nested=(
        Nested(
            name="allEstimateTiers",
            plain_list=True,
            selection=f"""
                id sequenceNumber isPrimary notes allowSelfSchedule targetPerformanceLevel subtotal taxTotal total
                estimate {{ id }} recommendation {{ id }} createdAt updatedAt
                allEstimateTierGroups {{
                    id name sequenceNumber estimateTier {{ id }} createdAt updatedAt
                    allEstimateTierItems {{ {TIER_LINE} }}
                }}
                allUngroupedEstimateTierItems {{ {TIER_LINE} }}
            """,
        ),
    ),
    # Nothing tells what was edited, nor whether the default list holds the archived ones: it is read whole, without
    # a filter, in the order of the numbers.
    reads={
        # Whether the unfiltered list holds archived ones is not known: asked besides, they are here either way.
        Mode.FULL: Read(arguments="sortBy: [NUMBER_ASC]", also=("filters: {archived: true}, sortBy: [NUMBER_ASC]",)),
        Mode.REPAIR: Read(arguments="filters: {createdGet: $since, createdLet: $until}, sortBy: [NUMBER_ASC]"),
    },
    owned=(
        Owned(model=TIER, owner="estimate"),
        Owned(model=GROUP, owner="estimate"),
        Owned(model=TIER_ITEM, owner="estimate"),
    ),
    parse=parse_estimate,
    refers_to=("users", "clients", "contacts", "pianos"),
    promise=timedelta(hours=2),
    serves="au bureau",
)

ENTITIES = (INVOICES, ESTIMATES)
