-- What users did. Activity days are kept derived; sessions need every event, sorted by user once.

-- name: active_users
with asked as (
  select period_start, last_day - ago::integer as day, ago from {periods} cross join range(28) t(ago)
), users as (
  select period_start, user_id, bit_or(1::bigint << ago) as days
  from lake.derived.activity_days join asked using (day)
  where user_id is not null and user_id not in (from {insiders})
  group by all
), counted as (
  select period_start, bit_count(days)::bigint as d28, days & 127 > 0 as weekly, days & 1 > 0 as daily from users
)
select period_start,
  count(*) filter (daily) as "daily_active_users num",
  count(*) filter (weekly) as "weekly_active_users num",
  count(*) as "monthly_active_users num",
  sum(d28) as "stickiness num", 28 * count(*) as "stickiness den", count(*) as "stickiness n",
  sum(d28 * d28) as "stickiness num2", 784 * count(*) as "stickiness den2", 28 * sum(d28) as "stickiness cross",
  count(*) filter (d28 >= 4) as "l28[k=4] num", count(*) as "l28[k=4] den",
  count(*) filter (d28 >= 8) as "l28[k=8] num", count(*) as "l28[k=8] den",
  count(*) filter (d28 >= 14) as "l28[k=14] num", count(*) as "l28[k=14] den",
  count(*) filter (d28 >= 20) as "l28[k=20] num", count(*) as "l28[k=20] den"
from counted group by period_start;

-- name: time_on_platform
-- A session belongs to the period it begins in: what one that crosses a month's end has there is moved back.
with acts as (
  select user_id, occurred_at, lag(occurred_at) over (partition by user_id order by occurred_at) as prior
  from {events}
  where origin is distinct from 'server' and user_id is not null and user_id not in (from {insiders})
), placed as (
  select user_id, period_start, occurred_at, prior, occurred_at < prior + interval 30 minutes as goes_on,
    prior < period_start as before,
    (epoch_us(occurred_at) // 86400000000 + 3) // 7 - (epoch_us(period_start) // 86400000000 + 3) // 7 as week
  from acts join {periods} on date_trunc('month', occurred_at) = period_start
), months as (
  select user_id, period_start,
    coalesce(sum(epoch_us(occurred_at) - epoch_us(prior)) filter (goes_on), 0) as spent,
    coalesce(min(prior) filter (not goes_on and not before), max(occurred_at)) as broke_at,
    min(prior) filter (goes_on and before) as carried_from,
    bit_count(bit_or(1 << week))::bigint as weeks
  from placed group by all
), moved as (
  select *, coalesce(epoch_us(broke_at) - epoch_us(carried_from), 0) as carried from months
), times as (
  select period_start, weeks,
    (spent - carried + coalesce(lead(carried) over (partition by user_id order by period_start), 0)) / 6e7 as minutes
  from moved
)
select period_start, sum(minutes) as "time_on_platform num", sum(weeks) as "time_on_platform den",
  count(*) as "time_on_platform n", sum(minutes ^ 2) as "time_on_platform num2",
  sum(weeks * weeks) as "time_on_platform den2", sum(minutes * weeks) as "time_on_platform cross"
from times group by period_start;

-- name: product_usage
with entitled as (
  select distinct account_id, period_start
  from lake.derived.priced join {periods} on start_at < period_start and end_at >= period_start
  where state in ('paying', 'trialing') and account_id not in (from {internal})
), used as (
  select distinct coalesce(m.became, a.account_id, u.account_id) as account_id, period_start
  from lake.derived.activity_days a
  left join {users} u using (user_id)
  left join {merged} m on m.was = coalesce(a.account_id, u.account_id)
  join {periods} on date_trunc('month', day) = period_start
  where a.name in ({core}) and not coalesce(u.is_internal, false)
)
select period_start, count(used.account_id) as "product_usage_rate num", count(*) as "product_usage_rate den"
from entitled left join used using (account_id, period_start)
group by period_start;
