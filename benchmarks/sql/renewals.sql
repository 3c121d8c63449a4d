-- Contracts that come to their end and those renewed; of plans without contracts every billing cycle is a term.

-- name: renewals
with told as (
  select phase_id, coalesce(end_at, timestamp '9999-12-31') as told_end from {subscription_phases}
), phases as (
  select account_id, subscription_id, "interval", interval_count, currency, mrr, end_reason, start_at,
    least(end_at, told_end) as end_at
  from lake.derived.priced join told using (phase_id)
  where state = 'paying'
), numbered as (
  select *, start_at >= max(end_at) over before + interval 24 hours as opens
  from phases
  window before as (partition by account_id, subscription_id, "interval", interval_count
    order by start_at, end_at rows between unbounded preceding and 1 preceding)
), placed as (
  select *, sum(coalesce(opens, true)::integer) over (
    partition by account_id, subscription_id, "interval", interval_count
    order by start_at, end_at rows between unbounded preceding and current row) as run
  from numbered
), runs as (
  select account_id, subscription_id, "interval", interval_count, run,
    min(start_at) as begins, max(end_at) as ends, arg_max(end_reason, end_at) = 'voluntary' as refused,
    case "interval" when 'month' then interval_count when 'year' then 12 * interval_count end as months
  from placed group by all
), lives as (
  select *, begins = min(begins) over (partition by account_id, subscription_id) as opening from runs
), dated as (
  select *, datediff('month', begins, ends) as apart from runs where ends < timestamp '9999-12-31'
), ended as (
  select * exclude (apart), case when begins + to_months((greatest(apart // months, 1) * months)::integer) >= ends
    then begins + to_months((greatest(apart // months, 1) * months)::integer)
    else begins + to_months(((greatest(apart // months, 1) + 1) * months)::integer) end as last_due
  from dated
), pairs as (
  select e.account_id, e.subscription_id, e."interval", e.interval_count, e.run, e.ends, e.last_due,
    n.subscription_id = e.subscription_id as same, n.begins as next_begins,
    n.subscription_id as next_subscription, n."interval" as next_interval, n.interval_count as next_count,
    n.run as next_run
  from ended e join lives n
    on n.account_id = e.account_id and n.begins > e.begins and n.begins >= e.ends - interval 24 hours
    and n.begins < e.last_due + interval 30 days and n.ends > e.ends
    and (n.subscription_id = e.subscription_id or n.opening)
), follows as (
  select * from (
    select * from pairs
    qualify row_number() over (partition by account_id, next_subscription, next_interval, next_count, next_run
      order by same desc, ends desc) = 1)
  qualify row_number() over (partition by account_id, subscription_id, "interval", interval_count, run
    order by same desc, next_begins, next_subscription) = 1
), lines as (
  select r.account_id, r.subscription_id, r."interval", r.interval_count, r.run, r.begins, r.ends, r.refused,
    r.months, ended.last_due, next_begins, next_subscription, next_interval, next_count
  from runs r
  left join ended using (account_id, subscription_id, "interval", interval_count, run)
  left join follows using (account_id, subscription_id, "interval", interval_count, run)
), due as (
  select l.*, p.period_start, p.fixed_day, l.begins + to_months((k * months)::integer) as term_end
  from lines l
  join {periods} p on l.begins < p.period_end and coalesce(l.last_due, timestamp '9999-12-31') >= p.period_start
  cross join lateral (select unnest(range(
    greatest((datediff('month', l.begins, p.period_start) - 1) // months, 1),
    (datediff('month', l.begins, p.period_start) + 1) // months + 2)) as k)
  where term_end >= p.period_start and term_end < p.period_end
    and term_end <= coalesce(l.last_due, timestamp '9999-12-31')
), agreements as (
  select coalesce(m.became, c.account_id) as account_id, c.*  exclude (account_id)
  from {contracts} c left join {merged} m on m.was = c.account_id where term_end > term_start
), cycles as (
  select d.*, case when ends > term_end then term_end
    when term_end = last_due and next_begins < term_end + interval 30 days and next_begins < {as_of}
    then next_begins end as agreed_at
  from due d anti join agreements a
    on a.account_id = d.account_id and a.term_start < d.term_end and a.term_end >= d.term_end
), decided as (
  select account_id, period_start, fixed_day, agreed_at is not null as renewed, subscription_id, "interval",
    interval_count, least(ends, term_end) as pays_to, agreed_at, term_end,
    case when ends > term_end then subscription_id else next_subscription end as next_subscription,
    case when ends > term_end then "interval" else next_interval end as next_interval,
    case when ends > term_end then interval_count else next_count end as next_count
  from cycles
  where agreed_at is not null or (refused and ends <= term_end and ends < {as_of})
    or term_end + interval 30 days <= {as_of}
), before as (
  select d.account_id, d.subscription_id, d.term_end, d.period_start, p.currency, p.mrr, d.fixed_day
  from decided d join phases p using (account_id, subscription_id, "interval", interval_count)
  where p.start_at < d.pays_to and p.end_at >= d.pays_to
), later as (
  select d.account_id, d.subscription_id, d.term_end, d.period_start, p.currency, p.mrr, d.fixed_day
  from decided d join phases p on p.account_id = d.account_id and p.subscription_id = d.next_subscription
    and p."interval" = d.next_interval and p.interval_count = d.next_count
    and p.start_at <= d.agreed_at and p.end_at > d.agreed_at
  where d.renewed
), signed as (
  select a.account_id, a.contract_id, a.term_end, p.period_start, p.fixed_day, a.mrr, a.currency,
    coalesce(a.renewed_mrr, a.mrr) as renewed_mrr,
    outcome = 'renewed' and coalesce(decided_at, term_end) < term_end + interval 30 days
      and coalesce(decided_at, term_end) < {as_of} as renewed,
    coalesce(outcome = 'lost' and coalesce(decided_at, term_end) < {as_of}, false) as refused
  from agreements a join {periods} p on term_end >= p.period_start and term_end < p.period_end
), closed as (
  select * from signed where renewed or refused or term_end + interval 30 days <= {as_of}
), sides as (
  select account_id, subscription_id as subject, term_end, period_start, currency, mrr, fixed_day, false as follows
  from before
  union all
  select account_id, subscription_id, term_end, period_start, currency, mrr, fixed_day, true from later
  union all
  select account_id, contract_id, term_end, period_start, currency, mrr, fixed_day, false from closed
  union all
  select account_id, contract_id, term_end, period_start, currency, renewed_mrr, fixed_day, true
  from closed where renewed
), worth as (
  select period_start, subject, term_end,
    coalesce(sum(value) filter (not follows), 0) as expiring, coalesce(sum(value) filter (follows), 0) as renewing
  from (
    select s.*, case when currency = '{currency}' then mrr else holdfast_converted(mrr, rate) end as value
    from sides s
    left join {fx_rates} f on f.base = currency and f.quote = '{currency}' and f.day = fixed_day
    where account_id not in (from {internal})
  ) group by all
), sums as (
  select period_start, sum(least(renewing, expiring)) as gross, sum(renewing) as net, sum(expiring) as expiring,
    count(*) filter (expiring <> 0) as n, sum(least(renewing, expiring)::double ^ 2) as gross2,
    sum(renewing::double ^ 2) as net2, sum(expiring::double ^ 2) as expiring2,
    sum(least(renewing, expiring)::double * expiring) as gross_cross, sum(renewing::double * expiring) as net_cross
  from worth group by period_start
), counts as (
  select period_start, count(*) filter (renewed) as renewed, count(*) as due
  from (select account_id, period_start, renewed from decided
        union all select account_id, period_start, renewed from closed)
  where account_id not in (from {internal}) group by period_start
)
select c.period_start, renewed as "renewal_rate num", due as "renewal_rate den", due - renewed as "lost_renewals num",
  gross as "gross_renewal_rate num", expiring as "gross_renewal_rate den", n as "gross_renewal_rate n",
  gross2 as "gross_renewal_rate num2", expiring2 as "gross_renewal_rate den2", gross_cross as "gross_renewal_rate cross",
  net as "net_renewal_rate num", expiring as "net_renewal_rate den", n as "net_renewal_rate n",
  net2 as "net_renewal_rate num2", expiring2 as "net_renewal_rate den2", net_cross as "net_renewal_rate cross"
from counts c left join sums using (period_start);
