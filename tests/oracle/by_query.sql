-- MRR, customer churn and NRR by nothing but SQL, a third telling beside the oracle and the program.
-- Tables: accounts, subscription_phases, invoices, fx_rates (every version) and
-- periods(label, opens, closes, closes_rated, window_rated). Money is DOUBLE here.

create or replace temp table whose as
with newest as (
    from accounts
    qualify row_number() over (partition by account_id order by recorded_at desc) = 1
),
living as (from newest where not coalesce(deleted, false)),
grouped as (
    select a.account_id, coalesce(b.account_id, a.account_id) as account, a.is_internal
    from living a left join living b on a.merged_into = b.account_id
)
select account_id, account, coalesce(
    bool_or(is_internal) filter (where account_id = account) over (partition by account),
    bool_or(is_internal) over (partition by account),
    false
) as internal
from grouped;

create or replace temp table phases as
with newest as (
    from subscription_phases
    qualify row_number() over (partition by phase_id order by recorded_at desc) = 1
)
select w.account, p.subscription_id, p.currency, p.status, p.start_at,
       coalesce(p.end_at, timestamp '9999-01-01') as end_at,
       greatest(
           0,
           p.unit_amount::double * coalesce(p.quantity::double, 1)
           - case
                 when p.discount_kind = 'forever' then p.discount_amount::double
                 when p.discount_kind = 'repeating' and coalesce(p.discount_cycles, 2) > 1
                     then p.discount_amount::double
                 else 0
             end
       ) * case p.interval when 'day' then 365 when 'week' then 52 when 'month' then 12 else 1 end
         / 12.0 / p.interval_count as worth
from newest p join whose w using (account_id)
where not coalesce(p.deleted, false) and not w.internal and start_at < coalesce(end_at, timestamp '9999-01-01');

create or replace temp table graced as
with ordered as (
    select *, lag(status) over line as status_before, lag(end_at) over line as end_before
    from phases window line as (partition by account, subscription_id order by start_at)
),
numbered as (
    select *, sum(case when status = status_before and end_before = start_at then 0 else 1 end)
        over (partition by account, subscription_id order by start_at) as run
    from ordered
),
runs as (
    select *, min(start_at) over (partition by account, subscription_id, run) as run_start from numbered
)
select r.*, r.run_start::timestamp + interval 720 hour as by_start,
       (
           select arg_max(coalesce(i.due_at, i.issued_at), i.issued_at) + interval 720 hour
           from invoices i
           where i.subscription_id = r.subscription_id and i.status <> 'void'
             and i.issued_at <= r.run_start and (i.paid_at is null or i.paid_at > r.run_start)
       ) as by_invoice
from runs r;

create or replace temp table paying as
select account, currency, worth, start_at,
       case status when 'past_due' then least(end_at, coalesce(by_invoice, by_start)) else end_at end as end_at
from graced
where status in ('active', 'past_due') and worth > 0
  and start_at < case status when 'past_due' then least(end_at, coalesce(by_invoice, by_start)) else end_at end;

create or replace temp table steps as
with bounds as (
    select distinct account, unnest([start_at, end_at]) as t from paying
),
cells as (
    select account, t as s, lead(t) over (partition by account order by t) as e from bounds
),
busy as (
    from cells c where e is not null
    and exists (from paying p where p.account = c.account and p.start_at <= c.s and p.end_at > c.s)
),
beside as (
    select *, lead(s) over (partition by account order by s) as next_s from busy
)
select account, s, case when next_s > e and next_s - e < interval 24 hour then next_s else e end as e, s as s0
from beside;

create or replace temp table spans as
with marked as (
    select *, case when s = lag(e) over (partition by account order by s) then 0 else 1 end as fresh from steps
),
stretches as (
    select account, n, min(s) as s, max(e) as e
    from (select *, sum(fresh) over (partition by account order by s) as n from marked) group by account, n
),
pauses as (
    select account, n, min(start_at) as s, max(end_at) as e
    from (
        select *, sum(fresh) over (partition by account order by start_at, end_at) as n
        from (
            select *, case when start_at <= max(end_at) over (
                partition by account order by start_at, end_at rows between unbounded preceding and 1 preceding
            ) then 0 else 1 end as fresh
            from phases where status = 'paused'
        )
    ) group by account, n
),
longer as (
    select t.account, t.s, case when p.e is null then t.e else least(p.e, t.e + interval 2160 hour) end as e
    from stretches t left join pauses p
        on p.account = t.account and p.s <= t.e and t.e < p.e and t.e < timestamp '9999-01-01'
),
joined as (
    select *, case when s - max(e) over (
        partition by account order by s rows between unbounded preceding and 1 preceding
    ) < interval 24 hour then 0 else 1 end as fresh
    from longer
)
select account, n, min(s) as s, max(e) as e
from (select *, sum(fresh) over (partition by account order by s) as n from joined) group by account, n;

create or replace temp table stocks as
select q.label, q.edge, q.rated, p.account, p.currency, sum(p.worth) as native
from (
    select label, 'opening' as edge, opens as t, window_rated as rated from periods
    union all select label, 'closing', closes, window_rated from periods
    union all select label, 'shown', closes, closes_rated from periods
) q
join steps s on s.s < q.t and q.t <= s.e
join paying p on p.account = s.account and p.start_at <= s.s0 and p.end_at > s.s0
group by all;

create or replace temp table valued as
select label, edge, account, sum(native * case currency when 'USD' then 1 else f.rate::double end) as worth
from stocks left join fx_rates f on f.base = currency and f.quote = 'USD' and f.day = rated
group by all;

select p.label,
       coalesce((select sum(worth) from valued v where v.label = p.label and v.edge = 'shown'), 0) as mrr,
       (select count(distinct account) from spans where s < opens and opens <= e) as opening,
       (
           select count(distinct account) from spans where s < opens and opens <= e
           and account not in (select account from spans where s < closes and closes <= e)
       ) as lost,
       (select sum(worth) from valued v where v.label = p.label and v.edge = 'opening') as base,
       coalesce((
           select sum(c.worth) from valued o join valued c using (label, account)
           where label = p.label and o.edge = 'opening' and c.edge = 'closing'
       ), 0) as kept
from periods p order by label;
