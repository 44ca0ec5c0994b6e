import type postgres from "postgres";

/** A promise that every database must keep at all times: the query returns the rows that break it. */
export type Invariant = { name: string; breaches: string };

const audited = (action: string, id: string) =>
  `(select count(*) from audit_events a where a.workspace_id = t.workspace_id and a.action = '${action}' and ${id})`;

/** The promises that can be checked with the tables alone. */
export const invariants: Invariant[] = [
  {
    name: "I1 what the audit trail of a workspace tells of is in that workspace",
    breaches: `
      select a.workspace_id, a.action, a.target_id from audit_events a
      where (a.action like 'key.%' and not exists (
               select from api_keys k where k.workspace_id = a.workspace_id and k.id = a.target_id))
         or (a.target_type = 'invitation' and not exists (
               select from invitations i where i.workspace_id = a.workspace_id and i.id::text = a.target_id))
         or (a.target_type = 'workspace' and a.target_id <> a.workspace_id::text)`,
  },
  {
    name: "I2 a live workspace has an Admin whose membership does not end",
    breaches: `
      select w.slug from workspaces w where w.deleted_at is null and not exists (
        select from memberships m where m.workspace_id = w.id and m.role = 'admin' and m.ends_at is null)`,
  },
  {
    name: "a workspace's count of members is right",
    breaches: `
      select w.slug, w.member_count from workspaces w
      where w.member_count <> (select count(*) from memberships m where m.workspace_id = w.id)`,
  },
  {
    name: "I3 a person is once in a workspace, and is asked in once at a time",
    breaches: `
      select workspace_id, user_id::text from memberships group by 1, 2 having count(*) > 1
      union all
      select workspace_id, email from invitations where status = 'pending' group by 1, 2 having count(*) > 1`,
  },
  {
    name: "I4 no person joined with another role than they were offered",
    breaches: `
      select i.id, i.role, a.after from audit_events a
      join invitations i on i.workspace_id = a.workspace_id and i.id::text = a.after ->> 'invitation'
      where a.action = 'invitation.accepted' and a.after ->> 'role' <> i.role`,
  },
  {
    name: "I5 an offer is used as often as it allows, by whom it is for",
    breaches: `
      select i.id::text from audit_events a
      join invitations i on i.workspace_id = a.workspace_id and i.id::text = a.after ->> 'invitation'
      left join users u on u.id::text = a.target_id
      where a.action = 'invitation.accepted'
      group by i.id, i.status, i.email
      having count(*) > 1 or i.status <> 'accepted' or bool_or(u.email is not null and u.email <> i.email)
      union all
      select id::text from invite_links where uses > max_uses`,
  },
  {
    name: "I6 no key is kept in plain text",
    breaches: `
      select 'api_keys' from api_keys k where k::text ~ 'atl_[0-9A-Za-z]{12}_'
      union all select 'audit_events' from audit_events a where a::text ~ 'atl_[0-9A-Za-z]{12}_'`,
  },
  {
    name: "I7 no counter holds more than its limit allows",
    breaches: `
      select c.subject, c.span from spend_counters c
      left join api_keys k on k.workspace_id = c.workspace_id and c.subject = k.counted_as and k.replaced_by is null
      where c.period = period_of(c.span, now())
        and c.spent + c.reserved > spend_limit_of(c.workspace_id, coalesce('key:' || k.id, c.subject), c.span)`,
  },
  {
    name: "I8 counters and roll-up are the sums of the ledger, of leases and of what is reserved",
    breaches: `
      select w.id, d.period, d.subject from workspaces w, lateral (
        (select * from present_counters(w.id) where spent <> 0 or reserved <> 0 except select * from derived_counters(w.id))
        union all
        (select * from derived_counters(w.id) where spent <> 0 or reserved <> 0 except select * from present_counters(w.id))) d
      union all
      select w.id, null, 'hourly' from workspaces w
      where (select coalesce(sum(h.cost), 0) from usage_hourly h where h.workspace_id = w.id)
        <> (select coalesce(sum(l.cost), 0) from usage_ledger l where l.workspace_id = w.id)
      union all
      select w.id, null, 'daily' from workspaces w
      where (select coalesce(sum(d.cost), 0) from usage_daily d where d.workspace_id = w.id)
        <> (select coalesce(sum(h.cost), 0) from usage_hourly h where h.workspace_id = w.id and h.hour < days_rolled_up(w.id))`,
  },
  {
    name: "I8 each workspace's ledger is as it was sealed",
    breaches: `
      select w.id, flaw from workspaces w, lateral usage_chain_flaw(w.id) flaw where flaw is not null`,
  },
  {
    name: "I9 a workspace was made once in the audit trail",
    breaches: `
      select slug from (select id as workspace_id, slug from workspaces) t
      where ${audited("workspace.created", "true")} <> 1`,
  },
  {
    name: "I9 a key was made once in the audit trail, and revoked as often as it is",
    breaches: `
      select t.id from api_keys t join workspaces w on w.id = t.workspace_id
      where ${audited("key.created", "a.target_id = t.id")} <> 1
         or (w.deleted_at is null
             and ${audited("key.revoked", "a.target_id = t.id")} <> (t.revoked_at is not null)::int)`,
  },
  {
    name: "I9 an invitation was made in the audit trail, and what became of it is there once",
    breaches: `
      select t.id from invitations t
      where ${audited("invitation.created", "a.target_id = t.id::text")} < 1
         or (t.status = 'declined' and ${audited("invitation.declined", "a.target_id = t.id::text")} <> 1)`,
  },
  {
    name: "I9 every member came in by a way that the audit trail names",
    breaches: `
      select t.workspace_id, t.user_id from memberships t
      where not exists (
        select from audit_events a where a.workspace_id = t.workspace_id and (
          (a.action = 'workspace.created' and a.actor_id = t.user_id)
          or (a.action in ('invitation.accepted', 'join_request.approved', 'member.joined_by_link', 'member.joined_by_domain')
              and a.target_id = t.user_id::text)))`,
  },
  {
    name: "I10 an invitation of this month has a mail, and no other one's",
    breaches: `
      select id::text from invitations where mail_id is null and created_at > now() - interval '29 days'
      union all
      select mail_id::text from invitations where mail_id is not null group by mail_id having count(*) > 1`,
  },
  {
    name: "I10 a mail is wiped once it is settled, and not before",
    breaches: `select id from mail_outbox where (status = 'queued') <> (payload is not null)`,
  },
];

/** Checks all promises. Returns each with the number of rows that break it; 0: it holds. */
export async function checkInvariants(sql: postgres.Sql): Promise<{ name: string; breaches: number; first: string }[]> {
  const results: { name: string; breaches: number; first: string }[] = [];
  for (const { name, breaches } of invariants) {
    const rows = await sql.unsafe(breaches);
    results.push({ name, breaches: rows.length, first: rows[0] ? JSON.stringify(rows[0]) : "" });
  }
  return results;
}
