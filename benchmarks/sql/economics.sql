-- What a customer is worth and costs. Lifetime value stands on twelve months of each account: a row for
-- every month since an account first paid, so that one window adds them up.

-- name: economics
with asked as (
  select p.*,
    sum(spent) filter (category = 'cogs') as goods,
    sum(spent) filter (category = 'sales_marketing') as acquisition,
    sum(spent) filter (category in ('cs_wages', 'adoption', 'services_training', 'customer_marketing')) as retention
  from {periods} p
  left join (
    select p.period_start, category,
      amount * (least(c.period_end, last_day + 1) - greatest(c.period_start, first_day))
        / (c.period_end - c.period_start) * case when currency = '{currency}' then 1 else rate end as spent
    from {costs} c
    join {periods} p on c.period_start <= last_day and c.period_end > first_day
    left join {fx_rates} f on f.base = currency and f.quote = '{currency}' and f.day = fixed_day
  ) using (period_start)
  group by all
), years as (
  select *, sum(goods) over year as goods_year, count(goods) over year as months_costed,
    sum(days) filter (goods is not null) over year as days_costed
  from asked window year as (order by period_start rows between 11 preceding and current row)
), held as (
  select account_id, period_start,
    sum(case when currency = '{currency}' then "after" else holdfast_converted("after", rate) end
      * (least(next_at::date + 1, last_day + 1) - greatest("at"::date + 1, first_day))) as mrr_days
  from lake.derived.changes
  join {periods} on "at"::date < last_day and next_at >= first_day
  left join {fx_rates} f on f.base = currency and f.quote = '{currency}' and f.day = fixed_day
  where "after" > 0 and account_id not in (from {internal})
  group by all
), months as (
  select account_id, period_start, closing_mrr, closing_paying, paying_days, first_became, opening_customer,
    case when opening_customer > 0 and closing_customer = 0 then 1 else 0 end as lost
  from lake.derived.account_months
  where period_start in (select period_start from {periods}) and account_id not in (from {internal})
), grid as (
  select account_id, period_start from (select account_id, min(period_start) as since from months group by 1)
  join {periods} on period_start >= since
), laid as (
  select account_id, y.period_start, y.goods is not null as costed,
    coalesce(closing_paying, 0)::double as p,
    case when closing_paying > 0 then closing_mrr else 0 end::double as m,
    coalesce(mrr_days, 0)::double as mrr_days, coalesce(opening_customer, 0)::double as opening,
    coalesce(lost, 0)::double as lost, coalesce(paying_days, 0) as paying_days,
    coalesce(first_became, 0) as first_became, y.days, y.months_costed, y.days_costed
  from grid
  join years y using (period_start)
  left join months using (account_id, period_start)
  left join held using (account_id, period_start)
), vectors as (
  select period_start, m, p, paying_days, first_became, mrr_days / days as revenue,
    coalesce(sum(mrr_days) filter (costed) over year * months_costed / days_costed, 0) as r,
    sum(opening) over year as o, sum(lost) over year as l
  from laid
  window year as (partition by account_id order by period_start rows between 11 preceding and current row)
), sums as (
  select period_start, sum(m) as m, sum(p) as p, sum(r) as r, sum(o) as o, sum(l) as l,
    count(*) filter (p <> 0) as arpa_n, count(*) filter (r <> 0) as revenue_n,
    count(*) filter (o <> 0 or l <> 0) as lifetime_n,
    count(*) filter (m <> 0 or p <> 0 or r <> 0 or o <> 0 or l <> 0) as n,
    count(*) filter (m <> 0 or p <> 0 or r <> 0) as payback_n,
    sum(m * m) as mm, sum(m * p) as mp, sum(m * r) as mr, sum(m * o) as mo, sum(m * l) as ml,
    sum(p * p) as pp, sum(p * r) as pr, sum(p * o) as po, sum(p * l) as pl,
    sum(r * r) as rr, sum(r * o) as ro, sum(r * l) as rl,
    sum(o * o) as oo, sum(o * l) as ol, sum(l * l) as ll,
    sum(first_became) as won, count(*) filter (first_became <> 0) as won_n,
    sum(paying_days) as paying_days, count(*) filter (paying_days <> 0) as paying_days_n,
    sum(revenue) as revenue, count(*) filter (revenue <> 0) as month_n
  from vectors group by period_start
)
select sums.*, goods_year as goods, acquisition, true as worth,
  acquisition as "acquisition_cost num", won as "acquisition_cost den", won_n as "acquisition_cost n",
  null as "acquisition_cost low",
  retention as "retention_cost num", paying_days / days as "retention_cost den",
  paying_days_n as "retention_cost n", null as "retention_cost low",
  retention as "retention_cost_ratio num", revenue as "retention_cost_ratio den",
  month_n as "retention_cost_ratio n", null as "retention_cost_ratio low"
from sums join years using (period_start);
