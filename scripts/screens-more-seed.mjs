// More data for the pictures of `npm run screens`: a review, a batch, a route, the footprint of a key, and an operator.
import { createHash, randomUUID } from "node:crypto";

export async function seedMore(sql, { acme, maya, tunde, team, key }) {
  await sql`insert into operators (user_id, source) values (${tunde}, 'environment')`;
  await sql`
    insert into key_footprints (workspace_id, key_id, kind, value, first_at, last_at)
    select ${acme}, ${key}, kind, value, now() - make_interval(days => days), now() - make_interval(hours => hours)
    from (values ('scope', 'chat', 80, 1), ('scope', 'embeddings', 60, 30), ('model', 'atelier-base', 80, 1), ('model', 'atelier-mini', 41, 26),
      ('address', '203.0.113.24', 80, 1), ('address', '203.0.113.80', 12, 50), ('address', '2001:db8::7', 9, 170)) f (kind, value, days, hours)`;
  await sql`
    insert into model_routes (workspace_id, id, mode, models, created_by) values
      (${acme}, 'route/support', 'ordered', '[{"model": "atelier-base", "weight": 1}, {"model": "atelier-mini", "weight": 1}]', ${maya})`;
  await sql`
    insert into base_retirements (model_id, retires_at, successor, afterwards, mail_at)
    values ('atelier-mini', date_trunc('day', now()) + interval '60 days', 'atelier-base', 'successor', null)`;
  await sql`
    update workspace_figures set last_used_at = date_trunc('hour', now()), spent = 61120000, month = date_trunc('month', now())
    where workspace_id = ${acme}`;
  const [review, batch, file] = [randomUUID(), randomUUID(), randomUUID()];
  const stale = team.slice(9, 12);
  await sql`
    insert into access_reviews (workspace_id, id, due_at, phase, next_at, members, keys, undecided)
    values (${acme}, ${review}, now() + interval '14 days', 'open', now() + interval '11 days', ${stale.length}, 2, ${stale.length + 2})`;
  await sql`
    insert into access_review_items (workspace_id, review_id, kind, subject, person_id, reasons, role, since, is_used)
    select ${acme}::uuid, ${review}::uuid, 'member', m.user_id::text, m.user_id, '{stale}'::text[], m.role, m.joined_at, false
    from memberships m where m.workspace_id = ${acme} and m.user_id in ${sql(stale)}
    union all
    select ${acme}::uuid, ${review}::uuid, 'key', k.id, k.created_by, '{no-expiry,no-limit}'::text[], null, k.created_at, true
    from api_keys k where k.workspace_id = ${acme} and k.name in ('Staging', 'Support bot')`;
  await sql`
    insert into files (workspace_id, id, filename, bytes, sha256, purpose, sample_type, lines, uploaded_by)
    values (${acme}, ${file}, 'tickets-november.jsonl', 902144, ${createHash("sha256").update("tickets").digest()}, 'batch', 'batch_request', 2400, ${maya})`;
  await sql`
    insert into batches (workspace_id, id, endpoint, form, input_file_id, created_by, status, total, expires_at, next_look_at)
    values (${acme}, ${batch}, '/v1/chat/completions', 'openai', ${file}, ${maya}, 'in_progress', 2400, now() + interval '20 hours', now() + interval '1 day')`;
  return {
    endUser: "00000000-0000-4000-8000-000000000003",
    review,
    batch,
  };
}
