// P16: the audit log with a million events compared with a thousand, without and with each filter; and the speed and the memory of
// its download.
import http from "node:http";
import { figure } from "./figures.mjs";
import { median } from "./load.mjs";
import { pause, profiled, residentMiB } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const few = 1_000;
const many = 1_000_000;
const mib = 1024 * 1024;

export async function run(stage) {
  const app = await stage.app();
  const { sql, world } = stage;
  const places = [];
  for (const count of [few, many]) {
    const where = await world.place(sql, 50);
    await fill(sql, where, count);
    places.push(where);
  }
  await sql`analyze`;
  const filters = (where) => ({
    "a page of events": {},
    "one person's": { userId: where.admin.id },
    "one action's": { action: "key.updated" },
    "a group of actions'": { action: "model.*" },
    "one person's in a group": { userId: where.admin.id, action: "key.*" },
    "one kind of thing's": { type: "file" },
    "a kind of thing with an action on another": { type: "file", action: "key.updated" },
    "one thing's": { thing: "thing-7" },
    "a search's": { search: "thing-77" },
    "two days'": { from: day(-20), to: day(-19) },
  });
  const read = (where, input) =>
    page(
      stage,
      where.admin,
      `/api/trpc/audit.list?input=${encodeURIComponent(JSON.stringify({ workspace: where.slug, ...input }))}`,
    );
  const common = { port: app.port, pid: app.pid, inFlight: 1, ms: 1_500 };
  const contenders = places.flatMap((where, i) =>
    Object.entries(filters(where)).map(([name, input]) => {
      const bytes = read(where, input);
      return { ...common, name: `${name} ${i}`, next: () => bytes };
    }),
  );
  const [control, ...others] = contenders;
  for (const one of contenders) await measure({ ...one, ms: 300 });
  const found = await rounds(control, others, { warm: 500 });
  const figures = Object.keys(filters(places[0])).map((name) => ({
    ...figure({
      ...{ id: "P16", name: `audit log, ${name}, among ${many.toLocaleString("en")}`, value: found[`${name} 1`].p50 },
      ...{ unit: "ms", against: found[`${name} 0`].p50, base: `among ${few.toLocaleString("en")}`, atMost: 1.3 },
    }),
    discarded: found.discarded,
    noisy: found.noisy,
  }));
  return [...figures, ...(await download(stage, app, places[1]))];
}

async function download(stage, app, where) {
  await save(stage, app.port, where, "?format=csv&action=key.leaked");
  await pause(1_000);
  const idle = residentMiB(app.pid);
  const taken = [];
  const watch = setInterval(() => taken.push(residentMiB(app.pid)), 50);
  const rates = [];
  for (const format of ["csv", "jsonl"]) rates.push(await save(stage, app.port, where, `?format=${format}`));
  clearInterval(watch);
  const quarter = Math.floor(taken.length / 4);
  const note = await profiled(app, () => save(stage, app.port, where, "?format=jsonl&action=key.*"));
  return [
    figure({ id: "P16", name: "audit log, download of all of it", value: median(rates), unit: "MB/s", note }),
    figure({
      ...{ id: "P16", name: "memory that the download adds", value: Math.max(...taken) - idle, unit: "MiB" },
      atMost: 128,
    }),
    figure({
      ...{ id: "P16", name: "memory in its last quarter", value: median(taken.slice(-quarter)), unit: "MiB" },
      ...{ against: median(taken.slice(quarter, 2 * quarter)), base: "in its second", atMost: 1.25 },
    }),
  ];
}

/** Returns the megabytes per second of a download, from its request to its last byte. */
function save({ host }, port, { slug, admin }, query) {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    http
      .get({
        host: "127.0.0.1",
        port,
        path: `/w/${slug}/audit/export${query}`,
        headers: { host, cookie: admin.cookie },
      })
      .on("error", reject)
      .on("response", (response) => {
        if (response.statusCode !== 200) reject(new Error(`a download was answered ${response.statusCode}`));
        let bytes = 0;
        response.on("data", (chunk) => {
          bytes += chunk.length;
        });
        response.on("error", reject);
        response.on("end", () => resolve(bytes / mib / ((performance.now() - begun) / 1_000)));
      });
  });
}

/** Inserts events of a year by fifty people, with twenty actions, and their seals, which have no valid hashes. */
async function fill(sql, where, count) {
  const people = await sql`select user_id from memberships where workspace_id = ${where.id} order by user_id`;
  const ids = people.map(({ user_id }) => user_id);
  await sql.begin(async (tx) => {
    // Without triggers, and with seals, so that no sealing runs during a measurement.
    await tx`set local session_replication_role = replica`;
    const aTime = 250_000;
    for (let from = 0; from < count; from += aTime)
      await tx`
        insert into audit_events (workspace_id, at, actor_id, action, target_type, target_id, before, after, ip, user_agent, request_id)
        select ${where.id}, now() - (i::float8 / ${count}) * interval '365 days', (${tx.array(ids)}::uuid[])[1 + i % ${ids.length}],
          (array['key', 'model', 'file', 'member'])[1 + i % 4] || '.' || (array['updated', 'created', 'removed', 'shared', 'moved'])[1 + i / 4 % 5],
          (array['key', 'model', 'file', 'member'])[1 + i % 4], 'thing-' || i % 20000, '{"name":"Before"}',
          jsonb_build_object('name', 'Number ' || i, 'monthlyLimit', i), '203.0.113.7',
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', gen_random_uuid()::text
        from generate_series(${from}::int, ${Math.min(from + aTime, count) - 1}::int) i`;
    await tx`
      insert into audit_seals (workspace_id, sequence, event_id, hash)
      select workspace_id, row_number() over (order by at), id, sha256(id::text::bytea) from audit_events where workspace_id = ${where.id}`;
  });
}

const day = (from) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
