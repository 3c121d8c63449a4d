-- Customers and their recurring revenue, from the kept account months: one pass.

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
    and account_id not in (from {internal})
  group by m.period_start
)
select period_start,
  paying as "paying_customers num", paying_n as "paying_customers n",
  customers as "customers num", customers_n as "customers n",
  mrr as "mrr num", mrr_n as "mrr n",
  mrr * 12 as "arr num", mrr_n as "arr n",
  mrr as "arpa num", paying as "arpa den", paying_n as "arpa n",
  arpa_num2 as "arpa num2", paying as "arpa den2", arpa_cross as "arpa cross",
  new_mrr as "mrr_new num", new_n as "mrr_new n",
  expansion as "mrr_expansion num", expansion_n as "mrr_expansion n",
  contraction as "mrr_contraction num", contraction_n as "mrr_contraction n",
  churned as "mrr_churn num", churned_n as "mrr_churn n",
  reactivation as "mrr_reactivation num", reactivation_n as "mrr_reactivation n",
  new_mrr + expansion + reactivation - contraction - churned as "mrr_net_new num", moved_n as "mrr_net_new n",
  mrr - opening_mrr - new_mrr - expansion - reactivation + contraction + churned as "mrr_fx num", fx_n as "mrr_fx n",
  joined_and_left as "joined_and_left num", left_and_back as "left_and_back num",
  grr as "gross_revenue_retention num", fixed as "gross_revenue_retention den", fixed_n as "gross_revenue_retention n",
  grr2 as "gross_revenue_retention num2", fixed2 as "gross_revenue_retention den2", grr_cross as "gross_revenue_retention cross",
  nrr as "net_revenue_retention num", fixed as "net_revenue_retention den", fixed_n as "net_revenue_retention n",
  nrr2 as "net_revenue_retention num2", fixed2 as "net_revenue_retention den2", nrr_cross as "net_revenue_retention cross",
  new_mrr + expansion + reactivation as "quick_ratio num", churned + contraction as "quick_ratio den",
  losses_n as "quick_ratio n", gains2 as "quick_ratio num2", losses2 as "quick_ratio den2", quick_cross as "quick_ratio cross",
  lost as "customer_churn_rate num", opening as "customer_churn_rate den", opening_n as "customer_churn_rate n",
  opening - lost as "customer_retention_rate num", opening as "customer_retention_rate den",
  opening_n as "customer_retention_rate n",
  sum(opening) over year as "customer_lifetime num", sum(lost) over year as "customer_lifetime den"
from sums
window year as (order by period_start range between interval 11 months preceding and current row);

-- name: signups
select p.period_start, count(*) as "signups num", count(referred_by) as "referrals num"
from lake.derived.accounts a
join {periods} p on a.created_at >= p.period_start and a.created_at < p.period_end
where not is_internal
group by p.period_start;

-- name: one_off
select p.period_start, sum(value) as "one_off_revenue num", count(*) filter (value <> 0) as "one_off_revenue n"
from (
  select i.issued_at, i.account_id,
    case when i.currency = '{currency}' then l.amount else holdfast_converted(l.amount, f.rate) end as value
  from {invoice_lines} l
  join {invoices} i using (source, invoice_id)
  left join {fx_rates} f
    on f.base = i.currency and f.quote = '{currency}' and f.day = date_trunc('month', i.issued_at)::date - 1
  where l.kind = 'one_off' and i.status <> 'void'
) sold
join {periods} p on sold.issued_at >= p.period_start and sold.issued_at < p.period_end
where account_id not in (from {internal})
group by p.period_start;
