-- What customers answer when asked.

-- name: nps
with answers as (
  select survey_id as survey, wave, period_start,
    case when score >= 9 then 100 when score >= 7 then 0 else -100 end as points
  from {survey_responses} r
  left join {survey_invitations} i using (source, invitation_id, survey_id)
  join {periods} on answered_at >= period_start and answered_at < period_end
  where r.kind = 'nps' and score between 0 and 10 and score = floor(score) and answered_at < {as_of}
    and coalesce(r.user_id, i.user_id, '') not in (from {insiders})
  qualify row_number() over (partition by survey_id, wave, coalesce(r.user_id, i.user_id)
    order by answered_at desc, response_id desc) = 1
)
select period_start, survey, wave, sum(points) as "nps num", count(*) as "nps den",
  sum(points * points) as "nps num2", count(*) as "nps den2", sum(points) as "nps cross"
from answers group by all;

-- name: after_tickets
with answers as (
  select r.kind, r.survey_id as survey, score, scale_max, answered_at,
    scale_min::integer || '-' || scale_max::integer as scale
  from {survey_responses} r
  left join {survey_invitations} i using (source, invitation_id, survey_id)
  left join {tickets} t on t.source = r.source and t.ticket_id = r.trigger_ref
  where r.kind in ('csat', 'ces2') and answered_at < {as_of}
    and score between scale_min and scale_max and score = floor(score)
    and coalesce(r.user_id, i.user_id, '') not in (from {insiders})
    and case when r.kind = 'csat' then not coalesce(sent_at >= solved_at + interval 24 hours, false)
        else t.ticket_id is null or answered_at >= solved_at or coalesce(answered_at < reopened_at, false) end
  qualify row_number() over (partition by r.survey_id, coalesce('after:' || trigger_ref, 'by:' || invitation_id, response_id)
    order by answered_at desc, response_id desc) = 1
)
select period_start, survey, case when kind = 'csat' then scale end as scale,
  case when kind = 'csat' then count(*) filter (score >= scale_max - 1) end as "csat num",
  case when kind = 'csat' then count(*) end as "csat den",
  case when kind = 'ces2' then count(*) filter (score >= 5) end as "ces num",
  case when kind = 'ces2' then count(*) end as "ces den"
from answers join {periods} on answered_at >= period_start and answered_at < period_end
group by period_start, survey, kind, scale;

-- name: invitations
with sent as (
  select invitation_id, survey_id as survey, wave, coalesce(user_id, invitation_id) as person, sent_at, period_start
  from {survey_invitations} join {periods} on sent_at >= period_start and sent_at < period_end
  where coalesce(delivered, true) and coalesce(user_id, '') not in (from {insiders})
  qualify row_number() over (
    partition by survey_id, wave, case when wave is null then period_start end, coalesce(user_id, invitation_id)
    order by sent_at, invitation_id) = 1
), answers as (
  select r.survey_id as survey, coalesce(r.user_id, i.user_id) as person, answered_at, i.wave,
    i.invitation_id is null as open
  from {survey_responses} r left join {survey_invitations} i using (source, invitation_id, survey_id)
  where score between scale_min and scale_max and score = floor(score) and answered_at < {as_of}
), answered as (
  select distinct invitation_id
  from sent s join answers a using (survey, person)
  where answered_at >= sent_at and answered_at < sent_at + interval 14 days
    and (open or a.wave is not distinct from s.wave)
)
select period_start, survey, wave,
  count(answered.invitation_id) as "survey_response_rate num", count(*) as "survey_response_rate den"
from sent left join answered using (invitation_id)
where sent_at + interval 14 days <= {as_of}
group by period_start, survey, wave;
