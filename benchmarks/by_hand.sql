-- The board of default metrics by month, as one would write it by hand: one pass per timeline.
-- {periods} stands for a table of period_start and period_end, {currency} for the workspace's.

-- name: accounts
with sums as (
  select m.period_start,
    sum(closing_paying) as paying,
    count(*) filter (closing_paying <> 0) as paying_n,
    sum(closing_customer) as customers,
    count(*) filter (closing_customer <> 0) as customers_n,
    sum(closing_mrr) as mrr,
    count(*) filter (closing_mrr <> 0) as mrr_n,
    sum(closing_mrr::double ^ 2) filter (closing_paying <> 0) as arpa_num2,
    sum(closing_mrr::double * closing_paying) filter (closing_paying <> 0) as arpa_cross,
    sum(opening_mrr) as opening_mrr,
    sum(new_mrr) as new_mrr, count(*) filter (new_mrr <> 0) as new_n,
    sum(expansion_mrr) as expansion, count(*) filter (expansion_mrr <> 0) as expansion_n,
    sum(contraction_mrr) as contraction, count(*) filter (contraction_mrr <> 0) as contraction_n,
    sum(churned_mrr) as churned, count(*) filter (churned_mrr <> 0) as churned_n,
    sum(reactivation_mrr) as reactivation, count(*) filter (reactivation_mrr <> 0) as reactivation_n,
    count(*) filter (new_mrr + expansion_mrr + reactivation_mrr - contraction_mrr - churned_mrr <> 0) as moved_n,
    count(*) filter (closing_mrr - opening_mrr
      <> new_mrr + expansion_mrr + reactivation_mrr - contraction_mrr - churned_mrr) as fx_n,
    sum(opening_fixed) as fixed,
    count(*) filter (opening_fixed <> 0) as fixed_n,
    sum(opening_fixed::double ^ 2) as fixed2,
    sum(least(opening_fixed, closing_fixed)) filter (opening_paying <> 0) as grr,
    sum(least(opening_fixed, closing_fixed)::double ^ 2) filter (opening_paying <> 0) as grr2,
    sum(least(opening_fixed, closing_fixed)::double * opening_fixed::double) as grr_cross,
    sum(closing_fixed) filter (opening_paying <> 0) as nrr,
    sum(closing_fixed::double ^ 2) filter (opening_paying <> 0) as nrr2,
    sum(closing_fixed::double * opening_fixed::double) as nrr_cross,
    count(*) filter (churned_mrr + contraction_mrr <> 0) as losses_n,
    sum((new_mrr + expansion_mrr + reactivation_mrr)::double ^ 2) as gains2,
    sum((churned_mrr + contraction_mrr)::double ^ 2) as losses2,
    sum((new_mrr + expansion_mrr + reactivation_mrr)::double * (churned_mrr + contraction_mrr)::double) as quick_cross,
    sum(opening_customer) as opening,
    count(*) filter (opening_customer <> 0) as opening_n,
    count(*) filter (opening_customer > 0 and closing_customer = 0) as lost,
    count(*) filter (opening_customer = 0 and closing_customer = 0 and became > 0 and churns > 0) as joined_and_left,
    count(*) filter (opening_customer > 0 and closing_customer > 0 and churns > 0) as left_and_back
  from lake.derived.account_months m
  where m.period_start in (select period_start from {periods})
    and account_id not in (select account_id from lake.derived.accounts where is_internal)
  group by m.period_start
)
select *,
  sum(opening) over year as year_opening, sum(lost) over year as year_lost
from sums
window year as (order by period_start range between interval 11 months preceding and current row);

-- name: signups
select p.period_start, count(*) as signups, count(referred_by) as referrals
from lake.derived.accounts a
join {periods} p on a.created_at >= p.period_start and a.created_at < p.period_end
where not is_internal
group by p.period_start;

-- name: one_off
select p.period_start, sum(value) as revenue, count(*) filter (value <> 0) as n
from (
  select i.issued_at, i.account_id,
    case when i.currency = '{currency}' then l.amount else holdfast_converted(l.amount, f.rate) end as value
  from {lines} l
  join {invoices} i using (source, invoice_id)
  left join {rates} f
    on f.base = i.currency and f.quote = '{currency}' and f.day = date_trunc('month', i.issued_at)::date - 1
  where l.kind = 'one_off' and i.status <> 'void'
) sold
join {periods} p on sold.issued_at >= p.period_start and sold.issued_at < p.period_end
where account_id not in (select account_id from lake.derived.accounts where is_internal)
group by p.period_start;

-- name: survival
with firsts as (
  select start_at, end_at, months_apart(start_at, end_at) as life
  from lake.derived.spans
  where ordinal = 1
    and account_id not in (select account_id from lake.derived.accounts where is_internal)
), spells as (
  select period_start, end_at < period_end as churned,
    case when end_at < period_end then life else months_apart(start_at, period_end) end as months
  from firsts join {periods} on start_at < period_end
), times as (
  select period_start, months, count(*) filter (churned) as died, count(*) as ended
  from spells group by period_start, months
), risks as (
  select *, sum(ended) over (partition by period_start order by months desc) as at_risk from times
), parts as (
  select period_start,
    case when months <= 1 then 1 when months <= 3 then 3 when months <= 6 then 6
         when months <= 12 then 12 when months <= 24 then 24 else 999 end as horizon,
    sum(ended) as ended,
    coalesce(sum(ended) filter (months in (1, 3, 6, 12, 24)), 0) as just_then,
    sum(case when died < at_risk then ln(1 - died / at_risk) else '-infinity'::double end)
      filter (died > 0) as log_alive,
    sum(case when died < at_risk then died / (at_risk * (at_risk - died)) else 'infinity'::double end)
      filter (died > 0) as variance,
    sum(died) as died
  from risks group by all
), grid as (
  select * from (select distinct period_start from parts)
  cross join (values (1), (3), (6), (12), (24), (999)) h(horizon)
), curves as (
  select period_start, horizon,
    sum(coalesce(died, 0)) over curve as died,
    sum(coalesce(ended, 0)) over curve as spells,
    sum(coalesce(ended, 0)) over curve - sum(coalesce(ended, 0)) over so_far + coalesce(just_then, 0) as at_risk,
    exp(sum(coalesce(log_alive, 0)) over so_far) as alive,
    sum(coalesce(variance, 0)) over so_far as variance
  from grid left join parts using (period_start, horizon)
  window curve as (partition by period_start), so_far as (partition by period_start order by horizon)
)
select *, case when alive > 0 and alive < 1 then 1.959963984540054 * sqrt(variance) / abs(ln(alive)) end as spread
from curves where horizon < 999;
