import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";

test("P14 an exchange for many workspaces finds each row by its key, also while the tables are small and not analysed", async () => {
  const { person } = await newPerson();
  const workspaces = await owner<{ id: string }[]>`
    insert into workspaces (slug, name, kind, created_by, creation_key, monthly_limit)
    select 'young-' || i, 'Young', 'organization', ${person.id}, gen_random_uuid(), 1000000 from generate_series(1, 200) i
    returning id`;
  const ids = workspaces.map(({ id }) => id);
  const [row] = await owner`select period_of('month', now())::text as period`;
  const lines = ids.map((workspace_id) => ({
    ...{ workspace_id, id: randomUUID(), key_id: null, counted_as: null, member_id: null, model: "m" },
    ...{ upstream_model: "m", operation: "chat", is_streamed: false, status: 200, error_code: null, prompt_tokens: 2 },
    ...{
      completion_tokens: 1,
      input_price: 1,
      output_price: 1,
      usage_source: "reported",
      first_byte_ms: 1,
      total_ms: 1,
    },
  }));
  const leases = ids.map((workspace_id, i) => ({
    ...{ i, workspace_id, subject: "workspace", whose: "workspace", span: "month", period: row?.period },
    ...{ keep: 0, wants: true, needs: [60], extra: 0 },
  }));
  const instance = randomUUID();
  const exchange = (turn: number) =>
    owner.begin(async (tx) => {
      await tx`set local role atelier_app`;
      const [said] = await tx`
        select exchange_usage(${instance}, ${turn}, ${ids.join(",")}, ${JSON.stringify(lines)}::text::jsonb,
          ${JSON.stringify(leases)}::text::jsonb, null, null, false) as answer`;
      expect(said?.answer.leases).toHaveLength(200);
      await tx`reset role`;
      const [read] = await tx`
        select sum(seq_tup_read)::int as rows from pg_stat_xact_user_tables
        where relname in ('spend_counters', 'usage_leases', 'budgets', 'workspaces')`;
      return read?.rows;
    });
  await exchange(1);
  // What the second one meets are rows that the planner has not counted yet.
  expect(await exchange(2)).toBe(0);
});
