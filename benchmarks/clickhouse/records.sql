-- Figures that both sides count from records.

-- name: signups
select toDateTime64(toStartOfMonth(created_at), 6) as period_start, count() as `signups num`, null as `signups den`
from accounts where not is_internal group by period_start;

-- name: sessions
with acts as (
  select arraySort(groupArray(toUnixTimestamp64Micro(occurred_at))) as at, arrayDifference(at) as gap,
    arrayMap((g, i) -> i = 1 or g >= 1800000000, gap, arrayEnumerate(at)) as begins,
    arrayFill((t, b) -> b, at, begins) as begun
  from events
  where origin <> 'server' and user_id <> '' and user_id not in (select user_id from insiders)
  group by user_id
), months as (
  select toStartOfMonth(toDateTime64(tupleElement(each, 1) / 1e6, 6)) as month, tupleElement(each, 2) as spent,
    tupleElement(each, 3) as weeks
  from (
    select arrayJoin(arrayConcat(
      arrayMap((b, g, n) -> (b, if(n, 0, g), 0), begun, gap, begins),
      arrayMap(t -> (tupleElement(t, 1), 0, 1), arrayDistinct(arrayMap(t -> (
        toInt64(toUnixTimestamp(toDateTime(toStartOfMonth(toDateTime(intDiv(t, 1000000)))))) * 1000000,
        intDiv(intDiv(t, 86400000000) + 3, 7)), at))))) as each from acts)
)
select toDateTime64(month, 6) as period_start, sum(spent) / 6e7 as `time_on_platform num`, sum(weeks) as `time_on_platform den`
from months group by period_start;

-- name: drop_off
with back as (
  select distinct e.user_id as user_id from events e join users u on u.user_id = e.user_id
  where e.origin <> 'server' and e.occurred_at >= u.created_at + interval 7 day
    and e.occurred_at < u.created_at + interval 14 day
)
select toDateTime64(toStartOfMonth(created_at), 6) as period_start,
  countIf(user_id not in (select user_id from back)) as `seven_day_drop_off num`, count() as `seven_day_drop_off den`
from users where user_id not in (select user_id from insiders)
  and created_at + interval 14 day <= {as_of} and created_at + interval 14 day > (select min(occurred_at) from events)
group by period_start;

-- name: activation
with acts as (
  select if(e.account_id <> '', e.account_id, u.account_id) as account_id,
    arraySort(groupArrayIf(occurred_at, name = 'report_created'))[3] as third,
    countIf(name = 'report_created') as reports, minIf(occurred_at, name = 'teammate_invited') as invited,
    countIf(name = 'teammate_invited') as invitations
  from (select account_id, user_id, name, occurred_at from events
    where name in ('report_created', 'teammate_invited') and occurred_at < {as_of}) e
  left join users u on u.user_id = e.user_id
  where not coalesce(u.is_internal, false)
  group by account_id
), met as (
  select a.created_at as created_at,
    if(s.reports >= 3 and s.invitations > 0, greatest(s.third, s.invited), toDateTime64('2299-12-31', 6)) as met_at
  from accounts a left join acts s on s.account_id = a.account_id where not a.is_internal
)
select toDateTime64(toStartOfMonth(created_at), 6) as period_start,
  countIf(met_at < created_at + interval 14 day) as `activation_rate num`, count() as `activation_rate den`
from met where met_at >= created_at and created_at + interval 14 day <= {as_of} group by period_start;

-- name: authorisation
with tried as (
  select invoice_id, min(attempted_at) as first_at,
    argMin(status, (attempted_at, coalesce(attempt_no, 2147483647), payment_id)) as first_status
  from payments
  where attempted_at < {as_of} and invoice_id in (select invoice_id from invoice_lines where kind = 'recurring')
    and account_id not in (select account_id from internal)
  group by invoice_id
)
select toDateTime64(toStartOfMonth(first_at), 6) as period_start,
  countIf(first_status <> 'failed') as `authorisation_rate num`, count() as `authorisation_rate den`
from tried group by period_start;

-- name: trials
with paid as (
  select account_id, min(attempted_at) as paid_at from payments
  where status in ('succeeded', 'refunded') and amount > 0 group by account_id
), first_trials as (
  select account_id, min(started_at) as begins, argMin(if(ends_at > started_at, ends_at, started_at + interval 14 day),
    (started_at, trial_id)) + interval 14 day as closes_at
  from trials group by account_id
)
select toDateTime64(toStartOfMonth(begins), 6) as period_start,
  countIf(p.account_id <> '' and p.paid_at < closes_at) as `trial_conversion_rate num`,
  count() as `trial_conversion_rate den`
from first_trials t left join paid p on p.account_id = t.account_id
where closes_at <= {as_of} and (p.account_id = '' or p.paid_at >= begins)
  and t.account_id not in (select account_id from internal)
group by period_start;

-- name: tickets
with replies as (
  select t.ticket_id as ticket_id, countIf(t.solved_at is null or r.at < t.solved_at + interval 7 day) as by_agent
  from ticket_replies r join tickets t on t.ticket_id = r.ticket_id where r.by = 'agent' group by ticket_id
), known as (
  select t.ticket_id as ticket_id, t.created_at as created_at, t.solved_at as solved_at, t.reopened_at as reopened_at,
    t.topic as topic, coalesce(t.bot_solved, false) as by_bot, if(t.user_id <> '', t.user_id, t.account_id) as requester,
    if(r.ticket_id <> '', toInt64(r.by_agent), toInt64(coalesce(t.agent_replies, 0))) as replies
  from tickets t left join replies r on r.ticket_id = t.ticket_id
  where not coalesce(t.spam, false) and coalesce(t.merged_into, '') = ''
    and t.user_id not in (select user_id from insiders)
    and t.account_id not in (select account_id from internal)
), again as (
  select distinct k.ticket_id as ticket_id
  from known k join known l on l.requester = k.requester and l.topic = k.topic
  where l.ticket_id <> k.ticket_id and l.created_at >= k.solved_at and l.created_at < k.solved_at + interval 7 day
), judged as (
  select created_at, coalesce(solved_at < created_at + interval 30 day, false) as in_time,
    if(in_time, assumeNotNull(solved_at) + interval 7 day, created_at + interval 30 day) as settles_at,
    in_time and (replies = 1 or (by_bot and replies = 0))
      and not coalesce(reopened_at < solved_at + interval 7 day and reopened_at < {as_of}, false)
      and ticket_id not in (select ticket_id from again) as first_contact
  from known
)
select toDateTime64(toStartOfMonth(created_at), 6) as period_start,
  countIf(first_contact) as `first_contact_resolution num`, count() as `first_contact_resolution den`
from judged where settles_at <= {as_of} group by period_start;
