import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";

const many = 200;
let ids: string[];
let period: string;

beforeAll(async () => {
  const { person } = await newPerson();
  const workspaces = await owner<{ id: string }[]>`
    insert into workspaces (slug, name, kind, created_by, creation_key, monthly_limit)
    select 'young-' || i, 'Young', 'organization', ${person.id}, gen_random_uuid(), 1000000 from generate_series(1, ${many}::int) i
    returning id`;
  ids = workspaces.map(({ id }) => id);
  const [row] = await owner<{ period: string }[]>`select period_of('month', now())::text as period`;
  period = row?.period ?? "";
});

/** Sends a line of each workspace and a change of its lease as an instance does; returns how many rows were read of each table, and how. */
function exchange(instance: string, turn: number, change: object) {
  const lines = ids.map((workspace_id) => ({
    ...{ workspace_id, id: randomUUID(), key_id: null, counted_as: null, member_id: null, model: "m" },
    ...{ upstream_model: "m", operation: "chat", is_streamed: false, status: 200, error_code: null, prompt_tokens: 2 },
    ...{ completion_tokens: 1, input_price: 1, output_price: 1, usage_source: "reported" },
    ...{ first_byte_ms: 1, total_ms: 1 },
  }));
  const leases = ids.map((workspace_id, i) => ({
    ...{ i, workspace_id, subject: "workspace", whose: "workspace", span: "month", period, extra: 0, ...change },
  }));
  return owner.begin(async (tx) => {
    await tx`set local role atelier_app`;
    const [said] = await tx`
      select exchange_usage(${instance}, ${turn}, ${ids.join(",")}, ${JSON.stringify(lines)}::text::jsonb,
        ${JSON.stringify(leases)}::text::jsonb, null, null, false) as answer`;
    await tx`reset role`;
    const [read] = await tx<{ wholeTables: number; byIndex: number }[]>`
      select sum(seq_tup_read)::int as "wholeTables", max(idx_tup_fetch)::int as "byIndex" from pg_stat_xact_user_tables
      where relname in ('spend_counters', 'usage_leases', 'budgets', 'workspaces')`;
    return { leases: said?.answer.leases, ...read };
  });
}

test("P14 an exchange for many workspaces finds each row by its key, also while the tables are small and not analysed", async () => {
  const instance = randomUUID();
  const asks = { keep: 0, wants: true, needs: [60] };
  await exchange(instance, 1, asks);
  // What the second one meets are rows that the planner has not counted yet.
  const second = await exchange(instance, 2, asks);
  expect(second.leases).toHaveLength(many);
  expect(second.wholeTables).toBe(0);
});

test("P14 leases that come after the table was analysed as an empty one are given back each by itself", async () => {
  const instance = randomUUID();
  await owner`delete from usage_leases`;
  await owner`vacuum analyze usage_leases`;
  const asked = await exchange(instance, 1, { keep: 0, wants: true, needs: [60] });
  expect(asked.leases.every(({ granted }: { granted: number }) => granted === 60)).toBe(true);
  const returned = await exchange(instance, 2, { keep: 0, wants: false, needs: [] });
  expect(returned.leases).toBeNull();
  // A few of each, and not each with each.
  expect(returned.byIndex).toBeLessThan(20 * many);
  const [left] = await owner`select count(*)::int as leases from usage_leases where instance_id = ${instance}`;
  expect(left).toEqual({ leases: 0 });
});
