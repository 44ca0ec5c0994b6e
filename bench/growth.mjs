// P12: how the time of frequent requests grows with the number of keys, members, workspaces and lines of the ledger,
// from a hundred to a million, and with ten million lines for the Usage page. A report sums one row per key, model and day,
// so it is also compared with one of a two-hundredth of the lines with the same number of keys and days.
import { figure } from "./figures.mjs";
import { pause } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const few = 100;
const many = 1_000_000;
const lines = 10_000_000;
const fewerLines = 50_000;

export async function run(stage) {
  const app = await stage.app();
  const { sql, world } = stage;
  const read = (who, procedure, input) =>
    page(stage, who, `/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`);
  const common = { port: app.port, pid: app.pid, inFlight: 1, ms: 2_000 };
  const at = (name, bytes) => ({ ...common, name, next: () => bytes });

  const [small, large] = [await world.place(sql, few), await world.place(sql, many)];
  await world.otherKeys(sql, small, few);
  await world.otherKeys(sql, large, many);
  await sql`
    insert into workspaces (slug, name, kind, created_by, creation_key)
    select ${small.slug} || '-other-' || i, 'Other ' || i, 'organization', ${small.admin.id}, gen_random_uuid()
    from generate_series(1, ${many}::int) i`;
  const alike = await world.place(sql, few);
  await world.otherKeys(sql, alike, few);
  await ledger(sql, small, few);
  await ledger(sql, alike, fewerLines);
  await ledger(sql, large, lines);
  await sql`analyze`;

  const what = {
    "a page of keys": ["keys.list", {}],
    "a page of members": ["members.list", { search: "" }],
    "the account menu": ["account.menu", undefined],
    "the Usage page's report, 30 days": ["usage.report", { range: "30d" }],
    "its latest requests": ["usage.recent", { range: "30d" }],
  };
  const contenders = Object.entries(what).flatMap(([name, [procedure, input]]) =>
    [small, large].map((where, i) =>
      at(`${name} ${i}`, read(where.admin, procedure, input === undefined ? {} : { workspace: where.slug, ...input })),
    ),
  );
  const report = ["usage.report", { workspace: alike.slug, range: "30d" }];
  contenders.push(at("the same report of fewer lines", read(alike.admin, ...report)));
  const [control, ...others] = contenders;
  for (const one of contenders) await measure({ ...one, ms: 300 });
  // The first reports cause the roll-up of their days.
  await pause(5_000);
  const found = await rounds(control, others, { warm: 1_000 });
  const grown = (name, more) => ({
    ...figure({
      id: "P12",
      name: `${name}, in the large workspace`,
      value: found[`${name} 1`].p50,
      unit: "ms",
      against: found[`${name} 0`].p50,
      base: "in one of 100",
      atMost: 1.3,
      ...more,
    }),
    discarded: found.discarded,
    noisy: found.noisy,
  });
  return [
    ...Object.keys(what).map((name) => grown(name)),
    grown("the Usage page's report, 30 days", {
      against: found["the same report of fewer lines"].p50,
      base: "of 50,000 lines by as many keys on the same days",
    }),
  ];
}

/** Writes lines of the ledger for this month's days in the order of time, by fifty keys, and their hours. */
async function ledger(sql, where, count) {
  const keys = await sql`select id from api_keys where workspace_id = ${where.id} order by id limit 50`;
  const ids = keys.map(({ id }) => id);
  const aTime = 500_000;
  for (let from = 0; from < count; from += aTime)
    await sql`
      insert into usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms)
      select ${where.id}, date_trunc('month', now()) + (now() - date_trunc('month', now())) * (i / ${count}::float8),
        gen_random_uuid(), (${sql.array(ids)}::text[])[1 + i % ${ids.length}], ${where.admin.id}, 'model-' || i % 5, 'm', 'chat', false,
        case i % 50 when 0 then 502 else 200 end, 100, 200, 1000000, 2000000, 500, 'reported', 100, 100 + i % 900
      from generate_series(${from}::int, ${Math.min(from + aTime, count) - 1}::int) i`;
  await sql`insert into usage_hourly select * from derived_hours(${where.id})`;
}
