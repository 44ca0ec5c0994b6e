import { execFile } from "node:child_process";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { sealDue } from "@/server/usage/seals/job";
import { owner } from "@/tests/support/database";
import { use } from "@/tests/support/factories/usage";
import { type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;

beforeEach(async () => {
  acme = await workspace();
});

/** Runs the command as an operator does, on this test's database. */
function rebuild(
  options: string[] = [],
  databaseUrl = process.env.DATABASE_URL,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [path.resolve("scripts/usage-rebuild.mjs"), ...options],
      { env: { ...process.env, DATABASE_URL: databaseUrl } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    ),
  );
}

/** Runs a change as the owner of the database, without triggers. */
const spoil = (change: (sql: typeof owner) => Promise<unknown>) =>
  owner.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await change(sql as unknown as typeof owner);
  });

const totals = async () =>
  owner`select sum(requests)::int as requests, sum(cost)::int as cost from usage_hourly where workspace_id = ${acme.id}`;

test("what is equal to its ledger is said to be, and what is not is named, left as it is by --check, and made right", async () => {
  const at = new Date(Date.now() - 3 * 3_600_000);
  await use(owner, acme.id, [
    { at, cost: 5, model: "m" },
    { at, cost: 7, model: "other" },
  ]);
  // The lines were written without their counters.
  await rebuild();
  expect(await rebuild(["--check"])).toEqual({
    code: 0,
    said: expect.stringMatching(/^(\d+) of \1 workspaces were equal to their ledger\.\n$/),
  });

  await spoil((sql) => sql`delete from usage_hourly where model = 'm' and workspace_id = ${acme.id}`);
  const checked = await rebuild(["--check"]);
  expect(checked).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${acme.slug}: 1 difference from the ledger\n`),
  });
  expect(await totals()).toEqual([{ requests: 1, cost: 7 }]);

  expect(await rebuild()).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${acme.slug}: 1 difference from the ledger, mended\n`),
  });
  expect(await totals()).toEqual([{ requests: 2, cost: 12 }]);
  expect((await rebuild()).code).toBe(0);
});

test("a ledger that was changed after it was sealed is named, and repaired by nothing", async () => {
  await use(owner, acme.id, [{ at: new Date(Date.now() - 3 * 3_600_000), cost: 5, model: "m" }]);
  while (await sealDue());
  await spoil((sql) => sql`update usage_ledger set cost = 6 where workspace_id = ${acme.id}`);
  for (const options of [["--check"], []]) {
    const { code, said } = await rebuild(options);
    expect(code).toBe(1);
    expect(said).toContain(`${acme.slug}: the ledger is not as it was sealed: `);
    expect(said).toContain("1 have a ledger that was changed. Nothing can repair that but a backup.");
  }
});

test("a database without Atelier's tables is told so in one sentence", async () => {
  const empty = new URL(String(process.env.DATABASE_URL));
  empty.pathname = "/postgres";
  const { code, said } = await rebuild(["--check"], String(empty));
  expect(code).toBe(1);
  expect(said).toContain("This database has none of Atelier's tables yet, or older ones.");
});
