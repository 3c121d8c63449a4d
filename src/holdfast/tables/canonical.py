"""The tables that a business fills, in the order in which a reader meets them."""

from __future__ import annotations

from holdfast.tables.accounts import ACCOUNTS
from holdfast.tables.assignments import ASSIGNMENTS
from holdfast.tables.contracts import CONTRACTS
from holdfast.tables.costs import COSTS
from holdfast.tables.events import EVENTS
from holdfast.tables.feedback_tags import FEEDBACK_TAGS
from holdfast.tables.fx_rates import FX_RATES
from holdfast.tables.invoice_lines import INVOICE_LINES
from holdfast.tables.invoices import INVOICES
from holdfast.tables.milestones import MILESTONES
from holdfast.tables.notes import NOTES
from holdfast.tables.payment_methods import PAYMENT_METHODS
from holdfast.tables.payments import PAYMENTS
from holdfast.tables.plans import PLANS
from holdfast.tables.refunds import REFUNDS
from holdfast.tables.schema import Table
from holdfast.tables.subscription_phases import SUBSCRIPTION_PHASES
from holdfast.tables.survey_invitations import SURVEY_INVITATIONS
from holdfast.tables.survey_responses import SURVEY_RESPONSES
from holdfast.tables.ticket_replies import TICKET_REPLIES
from holdfast.tables.tickets import TICKETS
from holdfast.tables.touchpoints import TOUCHPOINTS
from holdfast.tables.trials import TRIALS
from holdfast.tables.users import USERS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS,
        USERS,
        SUBSCRIPTION_PHASES,
        INVOICES,
        INVOICE_LINES,
        PAYMENTS,
        PAYMENT_METHODS,
        EVENTS,
        TICKETS,
        TICKET_REPLIES,
        SURVEY_INVITATIONS,
        SURVEY_RESPONSES,
        FEEDBACK_TAGS,
        CONTRACTS,
        TRIALS,
        COSTS,
        TOUCHPOINTS,
        NOTES,
        REFUNDS,
        PLANS,
        MILESTONES,
        ASSIGNMENTS,
        FX_RATES,
    )
}
