-- How long customers stay: Kaplan-Meier at five horizons, as seen at each period's end.

-- name: survival
with firsts as (
  select start_at, end_at, months_apart(start_at, end_at) as life
  from lake.derived.spans
  where ordinal = 1
    and account_id not in (from {internal})
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
select period_start, horizon as months,
  died as "survival num", spells as "survival den", at_risk as "survival n",
  case when at_risk > 0 and alive > 0 and alive < 1
    then alive ^ exp(1.959963984540054 * sqrt(variance) / abs(ln(alive))) end as "survival low",
  case when at_risk > 0 and alive > 0 and alive < 1
    then alive ^ exp(-1.959963984540054 * sqrt(variance) / abs(ln(alive))) end as "survival high"
from curves where horizon < 999;
