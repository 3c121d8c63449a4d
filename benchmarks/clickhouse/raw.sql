-- Figures that stand on what was laid out just before, and on events where that is not kept.

-- name: money
with bounded as (
  select account_id, currency, mrr, arrayJoin(arrayFilter(b -> start_at < b and end_at >= b,
    (select arraySort(groupUniqArray(b)) from (select arrayJoin([period_start, period_end]) as b from periods)))) as bound
  from phases where state = 'paying' and account_id not in (select account_id from internal)
), at_bounds as (
  select account_id, bound, currency, sum(mrr) as mrr from bounded group by account_id, bound, currency
), ends as (
  select s.account_id as account_id, p.period_start as period_start, p.fixed_day as fixed_day, p.last_day as last_day,
    s.bound = p.period_start as opening, s.currency as currency, s.mrr as mrr
  from at_bounds s cross join periods p where s.bound = p.period_start or s.bound = p.period_end
), valued as (
  select e.account_id as account_id, e.period_start as period_start, e.opening as opening,
    e.mrr * if(e.currency = 'USD', 1, f.rate) as fixed, e.mrr * if(e.currency = 'USD', 1, l.rate) as latest
  from ends e
  left join rates f on f.base = e.currency and f.day = e.fixed_day
  left join rates l on l.base = e.currency and l.day = e.last_day
), accounts_then as (
  select account_id, period_start, sumIf(latest, not opening) as closing,
    sumIf(fixed, opening) as before, sumIf(fixed, not opening) as after
  from valued group by account_id, period_start
)
select period_start, sum(closing) as `mrr num`, null as `mrr den`,
  sumIf(after, before > 0) as `net_revenue_retention num`, sum(before) as `net_revenue_retention den`
from accounts_then group by period_start;

-- name: churn
with there as (
  select distinct account_id, arrayJoin(arrayFilter(b -> start_at < b and end_at >= b,
    (select arraySort(groupUniqArray(b)) from (select arrayJoin([period_start, period_end]) as b from periods)))) as bound
  from spans where account_id not in (select account_id from internal)
)
select p.period_start as period_start, countIf(later.account_id = '') as `customer_churn_rate num`,
  count() as `customer_churn_rate den`
from there o join periods p on o.bound = p.period_start
left join there later on later.account_id = o.account_id and later.bound = p.period_end
group by period_start;

-- name: active
select toDateTime64(toStartOfMonth(occurred_at), 6) as period_start, uniqExact(user_id) as `monthly_active_users num`,
  null as `monthly_active_users den`
from events
where origin <> 'server' and user_id <> '' and user_id not in (select user_id from insiders)
  and toDate(occurred_at) > toLastDayOfMonth(toDate(occurred_at)) - 28
group by period_start;

-- name: usage
with used as (
  select distinct if(e.account_id <> '', e.account_id, u.account_id) as account_id,
    toDateTime64(toStartOfMonth(occurred_at), 6) as period_start
  from (select account_id, user_id, occurred_at from events
    where origin <> 'server' and name in ('task_completed', 'report_created', 'comment_added')
      and user_id not in (select user_id from users where is_internal)) e
  left join users u on u.user_id = e.user_id
), entitled as (
  select distinct account_id, arrayJoin(arrayFilter(b -> start_at < b and end_at >= b,
    (select groupArray(period_start) from periods))) as period_start
  from phases where state in ('paying', 'trialing') and account_id not in (select account_id from internal)
)
select period_start, countIf((account_id, period_start) in (select account_id, period_start from used))
    as `product_usage_rate num`, count() as `product_usage_rate den`
from entitled group by period_start;
