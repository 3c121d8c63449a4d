-- What other engines load: the columns that twelve figures read. Merged accounts stand under one name, so
-- that no engine need follow merges; what is no account or user is an empty text.

-- name: subscription_phases
select coalesce(m.became, t.account_id) as account_id, subscription_id, phase_id, status, start_at, end_at, currency,
  unit_amount, quantity, "interval", interval_count, discount_amount, discount_kind, discount_cycles
from {subscription_phases} t left join {merged} m on m.was = t.account_id;

-- name: invoices
select coalesce(m.became, t.account_id) as account_id, coalesce(subscription_id, '') as subscription_id, invoice_id,
  status, issued_at, due_at, paid_at
from {invoices} t left join {merged} m on m.was = t.account_id;

-- name: events
select coalesce(m.became, t.account_id, '') as account_id, coalesce(user_id, '') as user_id, name,
  coalesce(origin, '') as origin, occurred_at
from {events} t left join {merged} m on m.was = t.account_id
order by user_id, occurred_at;

-- name: users
select coalesce(m.became, t.account_id) as account_id, user_id, created_at, coalesce(is_internal, false) as is_internal
from {users} t left join {merged} m on m.was = t.account_id;

-- name: payments
select coalesce(m.became, t.account_id) as account_id, payment_id, invoice_id, attempted_at, attempt_no, status, amount
from {payments} t left join {merged} m on m.was = t.account_id;

-- name: trials
select coalesce(m.became, t.account_id) as account_id, trial_id, started_at, ends_at
from {trials} t left join {merged} m on m.was = t.account_id;

-- name: tickets
select coalesce(m.became, t.account_id, '') as account_id, ticket_id, coalesce(user_id, '') as user_id, created_at,
  solved_at, reopened_at, topic, bot_solved, agent_replies, spam, merged_into
from {tickets} t left join {merged} m on m.was = t.account_id;

-- name: ticket_replies
select ticket_id, "by", "at" from {ticket_replies};

-- name: invoice_lines
select invoice_id, kind from {invoice_lines};

-- name: rates
select base, day, rate::double as rate from {fx_rates} where quote = '{currency}';

-- name: accounts
select account_id, created_at, is_internal from lake.derived.accounts;

-- name: internal
from {internal};

-- name: insiders
from {insiders};

-- name: periods
from {periods};

-- name: account_months
select account_id, period_start, closing_mrr, opening_fixed, closing_fixed, opening_paying, opening_customer,
  closing_customer
from lake.derived.account_months where period_start in (select period_start from {periods})
order by period_start;

-- name: activity_days
select coalesce(m.became, t.account_id, '') as account_id, coalesce(user_id, '') as user_id, name, day
from lake.derived.activity_days t left join {merged} m on m.was = t.account_id
order by day, user_id;

-- name: priced
select account_id, state, start_at, least(end_at, timestamp '2261-12-31') as end_at from lake.derived.priced;
