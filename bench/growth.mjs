// P12: how what is asked again and again grows with what there is: keys, members, workspaces, and lines of the ledger,
// from a hundred to a million, and ten million lines behind the Usage page.
import { figure } from "./figures.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const few = 100;
const many = 1_000_000;
const lines = 10_000_000;

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
  await ledger(sql, small, few);
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
  const [control, ...others] = contenders;
  for (const one of contenders) await measure({ ...one, ms: 300 });
  const found = await rounds(control, others, { warm: 1_000 });
  return Object.keys(what).map((name) => ({
    ...figure({
      id: "P12",
      name: `${name}, in the large workspace`,
      value: found[`${name} 1`].p50,
      unit: "ms",
      against: found[`${name} 0`].p50,
      base: "in one of 100",
      atMost: 1.3,
    }),
    discarded: found.discarded,
    noisy: found.noisy,
  }));
}

/** Lines of the ledger over this month's days, in the order of time, by fifty keys, and what is derived from them. */
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
  await sql`select rebuild_usage(${where.id}, true)`;
}
