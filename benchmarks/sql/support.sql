-- How well tickets are solved.

-- name: tickets
with replies as (
  select source, ticket_id, count(*) filter (r."by" = 'agent' and
    (t.solved_at is null or r."at" < t.solved_at + interval 7 days)) as by_agent
  from {tickets} t join {ticket_replies} r using (source, ticket_id)
  where r."at" < {as_of} group by all
), known as (
  select ticket_id, t.created_at, solved_at, reopened_at, topic, transfers, coalesce(bot_solved, false) as by_bot,
    coalesce(t.user_id, t.account_id) as requester, coalesce(by_agent, agent_replies, 0) as replies
  from {tickets} t
  left join replies using (source, ticket_id)
  left join {users} u using (user_id)
  where t.created_at < {as_of} and not coalesce(spam, false) and merged_into is null
    and not coalesce(u.is_internal, false)
    and coalesce(t.account_id, u.account_id, '') not in (from {internal})
), again as (
  select distinct k.ticket_id
  from known k join known later using (requester, topic)
  where later.ticket_id <> k.ticket_id
    and later.created_at >= k.solved_at and later.created_at < k.solved_at + interval 7 days
), judged as (
  select period_start, transfers,
    coalesce(solved_at < created_at + interval 30 days, false) as in_time,
    case when in_time then solved_at + interval 7 days else created_at + interval 30 days end <= {as_of} as over,
    in_time and (replies = 1 or (by_bot and replies = 0))
      and not coalesce(reopened_at < solved_at + interval 7 days and reopened_at < {as_of}, false)
      and again.ticket_id is null as first_contact
  from known
  left join again using (ticket_id)
  join {periods} on created_at >= period_start and created_at < period_end
)
select period_start,
  count(*) filter (over and first_contact) as "first_contact_resolution num",
  count(*) filter (over) as "first_contact_resolution den",
  sum(transfers) as "transfers_per_ticket num", count(transfers) as "transfers_per_ticket den",
  sum(transfers * transfers) as "transfers_per_ticket num2", count(transfers) as "transfers_per_ticket den2",
  sum(transfers) as "transfers_per_ticket cross"
from judged group by period_start;

-- name: first_replies
with replies as (
  select source, ticket_id, min("at") as replied_at from {ticket_replies}
  where "by" = 'agent' and "at" < {as_of} group by all
), known as (
  select t.created_at, greatest(solved_at, t.created_at) as solved_at,
    coalesce(case when first_reply_at < {as_of} then first_reply_at end, replied_at) as replied_at,
    solved_at is not null as is_solved
  from {tickets} t
  left join replies using (source, ticket_id)
  left join {users} u using (user_id)
  where t.created_at < {as_of} and not coalesce(spam, false) and merged_into is null
    and not coalesce(u.is_internal, false)
    and coalesce(t.account_id, u.account_id, '') not in (from {internal})
), spells as (
  select period_start, replied_at is not null as ended,
    (epoch_us(coalesce(replied_at, case when is_solved then solved_at end, {as_of})) - epoch_us(created_at)) / 3.6e9
      as lasted
  from known join {periods} on created_at >= period_start and created_at < period_end
  where replied_at is null or replied_at >= created_at
), {median}
select period_start, died as "first_reply_time num", n as "first_reply_time den",
  median as "first_reply_time value", low as "first_reply_time low", high as "first_reply_time high"
from counts left join medians using (period_start);

-- name: resolutions
with spells as (
  select period_start, solved_at is not null as ended,
    (epoch_us(coalesce(solved_at, {as_of})) - epoch_us(t.created_at)) / 3.6e9 as lasted
  from {tickets} t
  join {periods} on t.created_at >= period_start and t.created_at < period_end
  left join {users} u using (user_id)
  where t.created_at < {as_of} and not coalesce(spam, false) and merged_into is null
    and (solved_at is null or solved_at >= t.created_at)
    and not coalesce(u.is_internal, false)
    and coalesce(t.account_id, u.account_id, '') not in (from {internal})
), {median}
select period_start, died as "resolution_time num", n as "resolution_time den",
  median as "resolution_time value", low as "resolution_time low", high as "resolution_time high"
from counts left join medians using (period_start);
