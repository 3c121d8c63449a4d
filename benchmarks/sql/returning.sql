-- Whether new users come back: the days after sign-up on which each acted, as bits.

-- name: first_days
with acts as (
  select user_id, bit_or(1::bigint << ((epoch_us(occurred_at) - epoch_us(created_at)) // 86400000000)) as days
  from {events} e join {users} u using (user_id)
  where origin is distinct from 'server' and occurred_at >= created_at
    and occurred_at < created_at + interval 31 days and occurred_at < {as_of}
  group by user_id
), new as (
  select period_start, created_at, coalesce(acts.days, 0) as days
  from {users} join {periods} on created_at >= period_start and created_at < period_end
  left join acts using (user_id)
  where user_id not in (from {insiders})
), known as (
  select *, (select min(occurred_at) from {events}) as since from new
), seen as (
  select period_start, days, n,
    created_at + to_days(n::integer) <= {as_of} and created_at + to_days(n::integer) > since as over
  from known cross join (values (2), (4), (8), (14), (15), (31)) t(n)
)
select period_start,
  count(*) filter (over and n = 2 and days & (1 << 1) > 0) as "n_day_retention[day=1] num",
  count(*) filter (over and n = 2) as "n_day_retention[day=1] den",
  count(*) filter (over and n = 4 and days & (1 << 3) > 0) as "n_day_retention[day=3] num",
  count(*) filter (over and n = 4) as "n_day_retention[day=3] den",
  count(*) filter (over and n = 8 and days & (1 << 7) > 0) as "n_day_retention[day=7] num",
  count(*) filter (over and n = 8) as "n_day_retention[day=7] den",
  count(*) filter (over and n = 15 and days & (1 << 14) > 0) as "n_day_retention[day=14] num",
  count(*) filter (over and n = 15) as "n_day_retention[day=14] den",
  count(*) filter (over and n = 31 and days & (1 << 30) > 0) as "n_day_retention[day=30] num",
  count(*) filter (over and n = 31) as "n_day_retention[day=30] den",
  count(*) filter (over and n = 14 and days & 16256 = 0) as "seven_day_drop_off num",
  count(*) filter (over and n = 14) as "seven_day_drop_off den"
from seen group by period_start;
