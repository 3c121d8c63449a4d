-- What figures on subscriptions stand on, laid out from the records: phases as they are billed, and spans of
-- being a customer. Grace for what is past due, gaps of less than a day closed, pauses of up to 90 days held.

-- name: drop phases
drop table if exists phases;

-- name: drop spans
drop table if exists spans;

-- name: phases
create table phases engine = Memory as
with late as (
  select account_id, subscription_id, phase_id, start_at, coalesce(end_at, toDateTime64('2299-12-31', 6)) as ends,
    lagInFrame(toNullable(ends)) over (partition by account_id, subscription_id order by start_at, phase_id
      rows between 1 preceding and 1 preceding) as before
  from subscription_phases where status = 'past_due'
), runs as (
  select *, sum(if(before = start_at, 0, 1)) over (partition by account_id, subscription_id
    order by start_at, phase_id rows between unbounded preceding and current row) as run from late
), begun as (
  select *, min(start_at) over (partition by account_id, subscription_id, run) as run_start from runs
), due as (
  select b.phase_id as phase_id, argMax(coalesce(i.due_at, i.issued_at), (i.issued_at, coalesce(i.due_at, i.issued_at))) as due_at
  from begun b join invoices i on i.account_id = b.account_id and i.subscription_id = b.subscription_id
  where i.status <> 'void' and i.issued_at <= b.run_start and (i.paid_at is null or i.paid_at > b.run_start)
  group by phase_id
), stops as (
  select b.phase_id as phase_id, if(d.phase_id = '', b.run_start, d.due_at) + interval 30 day as stops_at
  from begun b left join due d on d.phase_id = b.phase_id
), priced as (
  select p.account_id as account_id, p.status as status, p.currency as currency, p.start_at as start_at,
    least(coalesce(p.end_at, toDateTime64('2299-12-31', 6)),
      if(s.phase_id = '', toDateTime64('2299-12-31', 6), s.stops_at)) as ends,
    greatest(toFloat64(p.unit_amount) * toFloat64(coalesce(p.quantity, 1)) - if(
      coalesce(p.discount_kind, '') = 'forever'
        or (coalesce(p.discount_kind, '') = 'repeating' and coalesce(p.discount_cycles, 2) >= 2),
      toFloat64(coalesce(p.discount_amount, 0)), 0), 0)
      / (coalesce(p.interval_count, 1) * multiIf(p.interval = 'year', 12, p.interval = 'week', 12 / 52,
         p.interval = 'day', 12 / 365, 1)) as mrr
  from subscription_phases p left join stops s on s.phase_id = p.phase_id
), ordered as (
  select *, max(toNullable(ends)) over (partition by account_id, status in ('active', 'past_due') and mrr > 0
    order by start_at, ends rows between unbounded preceding and 1 preceding) as reached
  from priced where ends > start_at
), gaps as (
  select account_id, assumeNotNull(reached) as fell_at, min(start_at) as rose_at from ordered
  where status in ('active', 'past_due') and mrr > 0 and start_at > reached and start_at < reached + interval 1 day
  group by account_id, fell_at
)
select o.account_id as account_id, o.currency as currency, o.start_at as start_at,
  multiIf(o.status in ('active', 'past_due'), if(o.mrr > 0, 'paying', 'discounted'), o.status) as state, o.mrr as mrr,
  if(state = 'paying' and g.account_id <> '', g.rose_at, o.ends) as end_at
from ordered o left join gaps g on g.account_id = o.account_id and g.fell_at = o.ends;

-- name: spans
create table spans engine = Memory as
with ordered as (
  select account_id, start_at, end_at, max(toNullable(end_at)) over (partition by account_id order by start_at, end_at
    rows between unbounded preceding and 1 preceding) as reached
  from phases where state = 'paying'
), numbered as (
  select *, sum(if(start_at <= reached, 0, 1)) over (partition by account_id order by start_at, end_at
    rows between unbounded preceding and current row) as number from ordered
), paid as (
  select account_id, number, min(start_at) as begins, max(end_at) as ends from numbered group by account_id, number
), chained as (
  select *, leadInFrame(begins, 1, toDateTime64('2299-12-31', 6)) over (partition by account_id order by begins
    rows between current row and unbounded following) as again from paid
), paused_in_turn as (
  select account_id, start_at, end_at, max(toNullable(end_at)) over (partition by account_id order by start_at, end_at
    rows between unbounded preceding and 1 preceding) as reached
  from phases where state = 'paused'
), islands as (
  select account_id, min(start_at) as since, max(end_at) as until from (
    select *, sum(if(start_at <= reached, 0, 1)) over (partition by account_id order by start_at, end_at
      rows between unbounded preceding and current row) as island from paused_in_turn)
  group by account_id, island
), held as (
  select c.account_id as account_id, c.begins as begins, c.again as again,
    max(if(i.account_id <> '' and i.since <= c.ends and i.until > c.ends,
      least(i.until, c.ends + interval 90 day, c.again), c.ends)) as stops
  from chained c left join islands i on i.account_id = c.account_id
  group by account_id, begins, again, c.ends
)
select account_id, begins as start_at, if(again < stops + interval 1 day, again, stops) as end_at from held;
