-- Getting started: the first time of each step by account, from the events of four names.

-- name: beginnings
with acts as (
  select coalesce(m.became, e.account_id, u.account_id) as account_id,
    min(occurred_at) filter (e.name = 'signed_in') as signed_in,
    min(occurred_at) filter (e.name = 'task_completed') as completed,
    min(occurred_at, 3) filter (e.name = 'report_created') as reports,
    min(occurred_at) filter (e.name = 'teammate_invited') as invited
  from {events} e
  left join {users} u using (user_id)
  left join {merged} m on m.was = coalesce(e.account_id, u.account_id)
  where e.name in ('signed_in', 'task_completed', 'report_created', 'teammate_invited')
    and occurred_at < {as_of} and not coalesce(u.is_internal, false)
  group by 1
), new as (
  select period_start, created_at, created_at + interval 14 days as closes_at,
    case when len(reports) >= 1 then greatest(signed_in, completed, reports[1]) end as last_step,
    case when len(reports) >= 3 then greatest(reports[3], invited) end as last_act,
    signed_in is not null and completed is not null as stepped, invited is not null as invites
  from lake.derived.accounts
  join {periods} on created_at >= period_start and created_at < period_end
  left join acts using (account_id)
  where not is_internal
), met as (
  select period_start, created_at, closes_at, closes_at <= {as_of} as over,
    case when stepped and last_step is not null then last_step else timestamp '9999-12-31' end as onboarded,
    case when invites and last_act is not null then last_act else timestamp '9999-12-31' end as activated
  from new
), spells as (
  select period_start, activated < {as_of} as ended,
    (epoch_us(least(activated, {as_of})) - epoch_us(created_at)) / 86400000000 as lasted
  from met where activated >= created_at
), {median}, rates as (
  select period_start,
    count(*) filter (over and onboarded >= created_at and onboarded < closes_at) as onboarded,
    count(*) filter (over and onboarded >= created_at) as onboarding,
    count(*) filter (over and activated >= created_at and activated < closes_at) as activated,
    count(*) filter (over and activated >= created_at) as activating
  from met group by period_start
)
select r.period_start,
  onboarded as "onboarding_rate num", onboarding as "onboarding_rate den",
  activated as "activation_rate num", activating as "activation_rate den",
  c.died as "time_to_value num", c.n as "time_to_value den", median as "time_to_value value",
  low as "time_to_value low", high as "time_to_value high"
from rates r left join counts c using (period_start) left join medians using (period_start);
