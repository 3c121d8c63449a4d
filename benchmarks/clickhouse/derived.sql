-- The same figures over the tables that Holdfast keeps derived.

-- name: money
select period_start, sum(closing_mrr) as `mrr num`, null as `mrr den`,
  sumIf(closing_fixed, opening_paying > 0) as `net_revenue_retention num`,
  sum(opening_fixed) as `net_revenue_retention den`,
  countIf(opening_customer > 0 and closing_customer = 0) as `customer_churn_rate num`,
  sum(opening_customer) as `customer_churn_rate den`
from account_months where account_id not in (select account_id from internal) group by period_start;

-- name: active
select toDateTime64(toStartOfMonth(day), 6) as period_start, uniqExact(user_id) as `monthly_active_users num`,
  null as `monthly_active_users den`
from activity_days
where user_id <> '' and user_id not in (select user_id from insiders) and day > toLastDayOfMonth(day) - 28
group by period_start;

-- name: usage
with used as (
  select distinct if(a.account_id <> '', a.account_id, u.account_id) as account_id,
    toDateTime64(toStartOfMonth(day), 6) as period_start
  from activity_days a left join users u on u.user_id = a.user_id
  where name in ('task_completed', 'report_created', 'comment_added')
    and a.user_id not in (select user_id from users where is_internal)
), entitled as (
  select distinct account_id, arrayJoin(arrayFilter(b -> start_at < b and end_at >= b,
    (select groupArray(period_start) from periods))) as period_start
  from priced where state in ('paying', 'trialing') and account_id not in (select account_id from internal)
)
select period_start, countIf((account_id, period_start) in (select account_id, period_start from used))
    as `product_usage_rate num`, count() as `product_usage_rate den`
from entitled group by period_start;
