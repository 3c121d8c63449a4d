-- Payments that fail and come back: one pass over the attempts on recurring invoices.

-- name: invoices_tried
with recurring as (
  select distinct source, invoice_id from {invoice_lines} where kind = 'recurring'
), tried as (
  select source, invoice_id, any_value(b.account_id) as account_id, any_value(b.currency) as currency,
    any_value(total) as total, any_value(paid_at) as told_paid_at, min(attempted_at) as first_at,
    arg_min(p.status, row(attempted_at, coalesce(attempt_no, 2147483647), payment_id)) as first_status,
    min(attempted_at) filter (p.status = 'failed') as failed_at,
    min(attempted_at) filter (p.status <> 'failed') as succeeded_at
  from {payments} p
  join {invoices} b using (source, invoice_id)
  semi join recurring using (source, invoice_id)
  where attempted_at < {as_of} and b.account_id not in (from {internal})
  group by all
), charged as (
  select period_start, count(*) filter (first_status <> 'failed') as at_once, count(*) as charged
  from tried join {periods} on first_at >= period_start and first_at < period_end
  group by period_start
), failed as (
  select period_start, failed_at, coalesce(told_paid_at, succeeded_at, timestamp '9999-12-31') as paid_at,
    case when currency = '{currency}' then total else holdfast_converted(total, rate) end as value
  from tried
  join {periods} on failed_at >= period_start and failed_at < period_end
  left join {fx_rates} f on f.base = currency and f.quote = '{currency}' and f.day = fixed_day
), recovered as (
  select period_start, value, paid_at < failed_at + interval 30 days as back
  from failed where failed_at <= paid_at and failed_at + interval 30 days <= {as_of}
), sums as (
  select period_start, coalesce(sum(value) filter (back), 0) as back, sum(value) as failed,
    count(*) filter (value <> 0) as n, sum(value::double ^ 2) filter (back) as back2,
    sum(value::double ^ 2) as failed2
  from recovered group by period_start
)
select c.period_start, at_once as "authorisation_rate num", charged as "authorisation_rate den",
  back as "payment_recovery_rate num", failed as "payment_recovery_rate den", coalesce(n, 0) as "payment_recovery_rate n",
  back2 as "payment_recovery_rate num2", failed2 as "payment_recovery_rate den2", back2 as "payment_recovery_rate cross"
from charged c left join sums using (period_start);

-- name: involuntary
with lost as (
  select account_id, period_start, period_end from lake.derived.account_months
  where opening_customer > 0 and closing_customer = 0 and period_start in (select period_start from {periods})
    and account_id not in (from {internal})
), ends as (
  select l.account_id, l.period_start, max(paid_until) as paid_until
  from lost l join lake.derived.spans s on s.account_id = l.account_id and s.start_at < l.period_end
  group by all
), unpaid as (
  select distinct p.account_id, p.end_at
  from lake.derived.priced p join {subscription_phases} t using (phase_id)
  where p.state = 'paying' and (p.end_reason = 'payment_failure'
    or (t.status = 'past_due' and t.cancel_requested_at is null and p.end_reason is null
        and (t.end_at is null or p.end_at < t.end_at)))
)
select period_start, count(u.account_id) as "involuntary_churn_share num", count(*) as "involuntary_churn_share den"
from ends e left join unpaid u on u.account_id = e.account_id and u.end_at = e.paid_until
group by period_start;
