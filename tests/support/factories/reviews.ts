import type postgres from "postgres";

/** Inserts an open review of these members and keys, without any decisions. Returns its id. */
export async function insertReview(
  sql: postgres.ISql,
  workspaceId: string,
  { members, keys }: { members: string[]; keys: string[] },
): Promise<string> {
  const total = members.length + keys.length;
  const [review] = await sql`
    insert into access_reviews (workspace_id, due_at, phase, next_at, members, keys, undecided)
    values (${workspaceId}, now() + interval '14 days', 'open', now() + interval '11 days', ${members.length}, ${keys.length}, ${total})
    returning id`;
  await sql`
    insert into access_review_items (workspace_id, review_id, kind, subject, person_id, reasons, role, since, is_used)
    select ${workspaceId}::uuid, ${review?.id}::uuid, 'member', m.user_id::text, m.user_id, '{stale}'::text[], m.role, m.joined_at, false
    from memberships m where m.workspace_id = ${workspaceId} and m.user_id::text = any(${members}::text[])
    union all
    select ${workspaceId}::uuid, ${review?.id}::uuid, 'key', k.id, k.created_by, '{no-expiry,no-limit}'::text[], null, k.created_at, false
    from api_keys k where k.workspace_id = ${workspaceId} and k.id = any(${keys}::text[])`;
  return String(review?.id);
}
