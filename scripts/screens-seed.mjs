// The made-up organization in the pictures that `npm run screens` takes.
import { createHash, randomBytes } from "node:crypto";
import { seedMore } from "./screens-more-seed.mjs";

/**
 * Name, role, days as a member, and minutes since the last activity (none: never). The minutes are in the middle of an
 * hour, so that no picture depends on the duration of the others.
 */
const team = [
  ["Maya Lindqvist", "admin", 214, 0],
  ["Tunde Adeyemi", "admin", 210, 90],
  ["Wei-Ling Chen", "developer", 188, 150],
  ["Óscar Villanueva", "developer", 161, 270],
  ["Priya Raghunathan", "developer", 150, 1_500],
  ["Aleksandra Wójcik", "developer", 122, 4_400],
  ["Kenji Morimoto", "developer", 97, 210],
  ["Fatima Zahra Benali", "billing", 88, 2_900],
  ["Jean-Baptiste Nkurunziza", "developer", 61, 390],
  ["Sólveig Jónsdóttir", "viewer", 45, 10_200],
  ["Rahul Deshmukh", "developer", 21, 570],
  ["Chloé Dubois", "viewer", 3, undefined],
];

/** Name, owner, days since its creation, days until its end (none: never), minutes since its last use (none: never). */
const keys = [
  ["Production backend", "Maya Lindqvist", 120, 60, 90],
  ["Staging", "Tunde Adeyemi", 96, undefined, 330],
  ["Support bot", "Halima Osman", 83, undefined, 150],
  ["Batch translations", "Wei-Ling Chen", 40, 50, 1_230],
  ["Evaluation notebook", "Kenji Morimoto", 31, -1, 5_900],
  ["Laptop", "Óscar Villanueva", 5, 85, undefined],
];

const ago = (minutes) => new Date(Date.now() - minutes * 60_000);
const days = (number) => number * 24 * 60;
const addressOf = (name) =>
  `${name
    .normalize("NFD")
    .replace(/[^\p{L} ]/gu, "")
    .replace("ó", "o")
    .split(" ")
    .join(".")
    .replace(/[^\x20-\x7e]/g, "")
    .toLowerCase()}@acme-research.example`;

/**
 * Fills an empty database; `rows` are the factories of scripts/screens-rows.ts. Returns Maya, an Admin, and Noor, who
 * is invited and not a member of any workspace, each with a session token, and the organization's slug.
 */
export async function seed(sql, rows) {
  const { insertInvitation, insertMember, insertPerson, insertSession, insertWorkspace } = rows;
  const person = async (name, email, ageDays) => (await insertPerson(sql, { name, email, ageDays })).id;
  const signIn = (userId, userAgent, ip, seenMinutesAgo) =>
    insertSession(sql, userId, { userAgent, ip, seenMinutesAgo, startedMinutesAgo: seenMinutesAgo + 60 });
  const workspace = async (name, slug, kind, createdBy, ageDays) =>
    (await insertWorkspace(sql, createdBy, { name, slug, kind, ageDays })).id;
  const join = (where, userId, role, joinedDaysAgo, seenMinutesAgo) =>
    insertMember(sql, where, userId, role, { joinedDaysAgo, seenMinutesAgo });
  const invite = (where, email, role, invitedBy) => insertInvitation(sql, where, invitedBy, email, { role });

  const ids = new Map();
  for (const [name, , joined] of team) ids.set(name, await person(name, addressOf(name), joined));
  // A former member, whose key stays in the organization.
  ids.set("Halima Osman", await person("Halima Osman", "halima.osman@acme-research.example", 190));
  const maya = ids.get("Maya Lindqvist");
  const acme = await workspace("Acme Research", "acme-research", "organization", maya, 214);
  for (const [name, role, joined, seen] of team) await join(acme, ids.get(name), role, joined, seen);
  for (const [name, owner, made, until, used] of keys) {
    await sql`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, created_at, expires_at, last_used_at)
      values (${acme}, ${base62(name, 12)}, ${name}, ${randomBytes(32)}, 1, ${base62(`${name} end`, 4)}, ${ids.get(owner)}, ${ago(days(made))},
        ${until === undefined ? null : ago(-days(until) - 60)}, ${used === undefined ? null : ago(used)})`;
  }
  await invite(acme, "noor.haddad@example.com", "developer", maya);
  await invite(acme, "tomas.novak@example.com", "billing", ids.get("Tunde Adeyemi"));

  await sql`update workspaces set is_join_page_open = true where id = ${acme}`;
  const domain = (name, mode, proof, status, challenge) => sql`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by, checked_at)
    values (${acme}, ${name}, ${mode}, ${proof}, ${status}, ${challenge}, ${maya}, ${ago(210)})`;
  await domain("acme-research.example", "request", "address", "verified", "3f9d0c1b7a5e4426");
  await domain("acme.example", "join", "dns", "pending", "b1c4e88d902f6a73");
  const lina = await person("Lina Petrova", "lina.petrova@acme-research.example", 0);
  await sql`insert into join_requests (workspace_id, user_id, created_at) values (${acme}, ${lina}, ${ago(150)})`;

  await sql`update workspaces set end_user_fields = '{user}', end_user_names = 'keep' where id = ${acme}`;
  await sql`
    insert into end_users (workspace_id, id, lookup, name)
    select ${acme}, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, sha256(('end user ' || n)::bytea), 'customer-' || (4000 + n * 37) from generate_series(1, 9) n`;

  // Requests of the last four weeks. The product itself derives the data of its pages from them.
  await sql`
    insert into usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status,
      error_code, end_user, prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms)
    select ${acme}, now() - make_interval(mins => n * 67 + 3), gen_random_uuid(), k.id, k.created_by, m.model, m.model, 'chat', n % 3 = 0,
      case when n % 41 = 0 then 502 else 200 end, case when n % 41 = 0 then 'model_server_failed' end,
      case when n % 4 < 2 then ('00000000-0000-4000-8000-' || lpad((1 + (n * n) % 9)::text, 12, '0'))::uuid else '00000000-0000-0000-0000-000000000000' end,
      900 + n % 700, 200 + (n * 7) % 500, m.price, m.price * 3, m.price * (3 + n % 5) / 10, 'reported', 180 + (n * n) % 1900
    from generate_series(0, 600) n
    join lateral (select id, created_by from api_keys where workspace_id = ${acme} order by id offset n % ${keys.length} limit 1) k on true
    join (values (0, 'atelier-base', 400000), (1, 'atelier-mini', 150000), (2, 'atelier-embed', 60000)) m (turn, model, price) on m.turn = n % 3`;
  await sql`update workspaces set monthly_limit = 150000000 where id = ${acme}`;
  await sql`
    insert into rate_limits (workspace_id, model, requests_per_minute, tokens_per_minute)
    values (${acme}, '', 600, 200000), (${acme}, 'atelier-base', 120, null)`;
  await sql`select rebuild_usage(${acme}, true)`;

  // The organization's own model, its job, and a job that waits to be started.
  const weiling = ids.get("Wei-Ling Chen");
  const file = await sql`
    insert into files (workspace_id, filename, bytes, sha256, purpose, sample_type, lines, uploaded_by, created_at)
    values (${acme}, 'support-answers.jsonl', 418204, ${createHash("sha256").update("support").digest()}, 'fine-tune', 'instruct', 1870, ${weiling}, ${ago(days(12))}),
      (${acme}, 'support-held-out.jsonl', 40212, ${createHash("sha256").update("held out").digest()}, 'fine-tune', 'instruct', 180, ${weiling}, ${ago(days(12) - 2)})
    returning id`;
  const model = "ft:atelier-base:support:20261112:9f8e7d6c";
  const job = async (values) => {
    const [row] =
      await sql`insert into fine_tuning_jobs ${sql({ workspace_id: acme, model: "atelier-base", created_by: weiling, model_server: "default", steps: 40, ...values })} returning id`;
    await sql`insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${acme}, ${row.id}, ${file[0].id}, 'training'), (${acme}, ${row.id}, ${file[1].id}, 'validation')`;
    return row.id;
  };
  const settings = sql.json({ training_steps: 40, learning_rate: 0.0001 });
  const done = await job({
    ...{ status: "SUCCESS", suffix: "support", hyperparameters: settings, step: 40, fine_tuned_model: model },
    ...{ created_at: ago(days(12) - 20), started_at: ago(days(12) - 22), ended_at: ago(days(12) - 25) },
    ...{ train_tokens: 612400, trained_tokens: 612400, estimated_cost: 1224800, cost: 1224800, expected_seconds: 180 },
  });
  await sql`
    insert into fine_tuning_checkpoints (workspace_id, job_id, step, train_loss, valid_loss)
    select ${acme}, ${done}, i, 2.1 + 4.2 / (1 + i * 0.35) + 0.18 * sin(i * 2.3), case when i % 4 = 0 then 2.6 + 3.9 / (1 + i * 0.3) end
    from generate_series(1, 40) i`;
  await sql`
    insert into fine_tuning_events (workspace_id, job_id, number, name, data, at)
    select ${acme}, ${done}, n, 'status-updated', jsonb_build_object('status', s), ${ago(days(12) - 20)}::timestamptz + make_interval(mins => n::int)
    from unnest(array['QUEUED', 'VALIDATED', 'STARTED', 'RUNNING', 'SUCCESS']) with ordinality t (s, n)`;
  await job({
    status: "VALIDATED",
    suffix: "tickets",
    hyperparameters: settings,
    created_at: ago(150),
    train_tokens: 201000,
    estimated_cost: 402000,
    next_look_at: ago(-days(1)),
  });
  await sql`
    insert into models (workspace_id, id, origin, name, description, base, job_id, model_server, upstream, context_length, created_by, created_at)
    values (${acme}, ${model}, 'fine-tuned', 'Support answers', 'Answers tickets in our own words.', 'atelier-base', ${done}, 'default', 'ft:atelier-base:atl', 8192, ${weiling}, ${ago(days(12) - 25)})`;

  const own = await workspace("Maya’s sketchbook", "mayas-sketchbook", "personal", maya, 200);
  await join(own, maya, "admin", 200, 2_000);
  const tunde = ids.get("Tunde Adeyemi");
  const northwind = await workspace("Northwind Labs", "northwind-labs", "organization", tunde, 90);
  await join(northwind, tunde, "admin", 90, 9_000);
  await join(northwind, maya, "developer", 80, 4_000);
  const speech = await workspace("Speech Group", "speech-group", "organization", tunde, 30);
  await join(speech, tunde, "admin", 30, 9_000);
  await invite(speech, addressOf("Maya Lindqvist"), "viewer", tunde);

  const more = await seedMore(sql, {
    acme,
    maya,
    tunde,
    team: [...ids.values()],
    key: base62("Production backend", 12),
  });
  const noor = await person("Noor Haddad", "noor.haddad@example.com", 0);
  await signIn(
    maya,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "203.0.113.80",
    1_600,
  );
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  return {
    maya: { sessionToken: await signIn(maya, firefox, "203.0.113.24", 0) },
    tunde: { sessionToken: await signIn(tunde, firefox, "203.0.113.31", 0) },
    noor: { sessionToken: await signIn(noor, firefox, "198.51.100.7", 0) },
    slug: "acme-research",
    model,
    job: done,
    key: base62("Production backend", 12),
    ...more,
  };
}

/** Returns letters and digits that are the same in every run. */
function base62(text, length) {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return [...createHash("sha256").update(text).digest().subarray(0, length)].map((byte) => digits[byte % 62]).join("");
}
