-- Trials that become customers: the first of each account against its first payment above 0.

-- name: trials
with first_trials as (
  select coalesce(m.became, t.account_id) as account_id, started_at,
    case when ends_at > started_at then ends_at else started_at + interval 14 days end + interval 14 days as closes_at
  from {trials} t left join {merged} m on m.was = t.account_id
  where started_at < {as_of}
  qualify row_number() over (partition by coalesce(m.became, t.account_id) order by started_at, trial_id) = 1
), paid as (
  select coalesce(m.became, p.account_id) as account_id, min(attempted_at) as paid_at
  from {payments} p left join {merged} m on m.was = p.account_id
  where status in ('succeeded', 'refunded') and amount > 0 and attempted_at < {as_of}
  group by 1
)
select period_start,
  count(*) filter (paid_at < closes_at) as "trial_conversion_rate num", count(*) as "trial_conversion_rate den"
from first_trials
join {periods} on started_at >= period_start and started_at < period_end
left join paid using (account_id)
where closes_at <= {as_of} and (paid_at is null or paid_at >= started_at)
  and account_id not in (from {internal})
group by period_start;
