import type postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { disconnect } from "@/db/client";
import { migrate } from "@/db/migrate";
import { noteStandby, standbyFinding } from "@/db/standby";
import { lagOf, watchStandby } from "@/db/watch-standby";
import type { fromStandby } from "@/server/api/standby";
import { registry, standbyReads } from "@/server/platform/metrics";
import { insertMember } from "@/tests/support/factories/workspaces";
import { memberOf, type Signed, workspace } from "@/tests/support/people";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, procedures } from "@/tests/support/procedures/list";
import { readyFor } from "@/tests/support/procedures/prepared";
import { operator } from "@/tests/support/procedures/world";
import { type Replicated, startWithStandby } from "@/tests/support/standby";

// The factories write to the primary here, and not to the server that all tests share.
const arranged = vi.hoisted(() => ({ owner: undefined as unknown }));
vi.mock("@/tests/support/database", () => ({
  get owner() {
    return arranged.owner as postgres.Sql;
  },
}));

let servers: Replicated;
let watching: ReturnType<typeof watchStandby>;

beforeAll(async () => {
  servers = await startWithStandby();
  arranged.owner = servers.sql;
  Object.assign(process.env, {
    DATABASE_URL: servers.primary.ownerUrl,
    DATABASE_APP_URL: servers.primary.appUrl,
    DATABASE_READ_URL: servers.standbyUrl,
  });
  await migrate(servers.primary.ownerUrl);
  await servers.caughtUp();
  watching = watchStandby();
  await state("used");
});

afterAll(async () => {
  await watching?.stop();
  await disconnect();
  await servers?.close();
});

beforeEach(() => standbyReads.reset());

const state = (wanted: string) =>
  vi.waitFor(() => expect(standbyFinding()?.state).toBe(wanted), { timeout: 15_000, interval: 20 });

/** How often each server answered, since the test began. */
async function reads(): Promise<Record<string, number>> {
  const { values } = await standbyReads.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
}

/** Lets what people have changed be long ago. */
const muchLater = () =>
  servers.sql`update rate_buckets set at = at - interval '1 minute' where key like 'own change:%'`;

const actions = async (who: Signed, slug: string) =>
  (await who.api.audit.list({ workspace: slug })).rows.map(({ action }) => action);

test("SB-01 every query that a standby may answer is answered by it, as by the primary", async () => {
  const declared = procedures().filter(({ isFromStandby }) => isFromStandby);
  expect(declared.map(({ path }) => path).sort()).toEqual(
    [
      ...["audit.choices", "audit.export", "audit.list"],
      ...["billing.sealedMonth", "billing.sealedPart", "billing.statement", "billing.statementLines"],
      ...["instance.auditChoices", "instance.auditList", "instance.auditPart"],
      ...["usage.export", "usage.filters", "usage.latest", "usage.recent", "usage.report"],
    ].sort(),
  );
  const worlds = await Promise.all(declared.map(async ({ path }) => [path, await readyFor(path)] as const));
  await muchLater();
  await servers.caughtUp();
  for (const [path, here] of worlds) {
    const caller = callerOf(path, here);
    const ask = () => call(caller.api, path, inputFor(path, here));
    const atStandby = await ask();
    expect([path, await reads()]).toEqual([path, { standby: 1 }]);
    standbyReads.reset();
    const found = standbyFinding();
    noteStandby("behind", 9_000);
    expect([path, withoutTime(await ask())]).toEqual([path, withoutTime(atStandby)]);
    noteStandby(found?.state ?? "used", 0);
    standbyReads.reset();
  }
});

/** Both are asked one after the other. */
const withoutTime = (answer: unknown) =>
  JSON.stringify(answer).replace(/"\d{4}-\d\d-\d\dT[^"]*"|\d\d:\d\d:\d\d\.\d+/g, "");

test("SB-02 what a person may see is asked of the primary: who was removed or may less is refused at once", async () => {
  const acme = await workspace();
  const { person, api } = await memberOf(acme, "admin");
  await servers.caughtUp();
  await servers.atStandby("select pg_wal_replay_pause()");
  try {
    expect(await actions({ person, api }, acme.slug)).toContain("workspace.created");
    await servers.sql`update memberships set role = 'viewer' where user_id = ${person.id}`;
    await expect(api.audit.list({ workspace: acme.slug })).rejects.toMatchObject({
      cause: { reason: "not_permitted" },
    });
    await servers.sql`delete from memberships where user_id = ${person.id}`;
    await expect(api.audit.list({ workspace: acme.slug })).rejects.toMatchObject({ cause: { reason: "not_found" } });
    // Who has just become a member is one, though the standby does not know it and shows them nothing.
    await insertMember(servers.sql, acme.id, person.id, "admin");
    expect(await reads()).toMatchObject({ standby: 1 });
    expect((await api.usage.report({ workspace: acme.slug, range: "7d" })).totals.requests).toBe(0);
  } finally {
    await servers.atStandby("select pg_wal_replay_resume()");
  }
});

test("SB-03 after a change of their own a person reads what they changed, and others what the standby has", async () => {
  const acme = await workspace();
  const other = await memberOf(acme, "admin");
  await muchLater();
  await servers.caughtUp();
  await servers.atStandby("select pg_wal_replay_pause()");
  try {
    expect(await actions(acme.admin, acme.slug)).not.toContain("workspace.renamed");
    await acme.admin.api.workspaces.rename({ workspace: acme.slug, name: "Renamed" });
    const after = await actions(acme.admin, acme.slug);
    expect(after.length).toBeGreaterThan((await actions(other, acme.slug)).length);
    expect(await reads()).toEqual({ standby: 2, "primary, changed": 1 });
    await muchLater();
    expect((await actions(acme.admin, acme.slug)).length).toBeLessThan(after.length);
  } finally {
    await servers.atStandby("select pg_wal_replay_resume()");
  }
});

test("SB-04 a standby that falls behind is not read from until it has caught up", async () => {
  const acme = await workspace();
  await muchLater();
  await servers.caughtUp();
  await servers.atStandby("select pg_wal_replay_pause()");
  try {
    await servers.sql`select pg_logical_emit_message(false, 'test', 'moves the log on', true)`;
    await state("behind");
    expect(standbyFinding()?.lagMs).toBeGreaterThan(5_000);
    await actions(acme.admin, acme.slug);
    expect(await reads()).toEqual({ "primary, not used": 1 });
  } finally {
    await servers.atStandby("select pg_wal_replay_resume()");
  }
  await state("used");
  await actions(acme.admin, acme.slug);
  expect(await reads()).toEqual({ "primary, not used": 1, standby: 1 });
});

test("SB-04 what the standby does not have yet, or fails at, is asked of the primary", async () => {
  const acme = await workspace();
  await muchLater();
  await servers.caughtUp();
  await servers.atStandby("select pg_wal_replay_pause()");
  try {
    const newest = await memberOf(acme, "developer");
    const found = await acme.admin.api.usage.report({
      workspace: acme.slug,
      range: "7d",
      userId: newest.person.id,
    });
    expect(found.totals.requests).toBe(0);
    expect(await reads()).toEqual({ "primary, failed": 1 });
  } finally {
    await servers.atStandby("select pg_wal_replay_resume()");
  }
});

test("SB-05 a standby that goes away costs no request, and is read from again when it is back", async () => {
  const acme = await workspace();
  await muchLater();
  await servers.caughtUp();
  await servers.stopStandby();
  // Before the next look at it.
  noteStandby("used", 0);
  expect(await actions(acme.admin, acme.slug)).toContain("workspace.created");
  expect(await reads()).toEqual({ "primary, failed": 1 });
  await state("unreachable");
  await actions(acme.admin, acme.slug);
  expect(await reads()).toEqual({ "primary, failed": 1, "primary, not used": 1 });
  await servers.startStandby();
  await state("used");
  await actions(acme.admin, acme.slug);
  expect(await reads()).toMatchObject({ standby: 1 });
});

test("SB-05 who waits for a standby that does not answer is answered by the primary once that is known", async () => {
  const acme = await workspace();
  await muchLater();
  await servers.caughtUp();
  let begun = () => {};
  const locked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let unlock = () => {};
  const answered = new Promise<void>((resolve) => {
    unlock = resolve;
  });
  const lock = servers.sql.begin(async (sql) => {
    await sql`lock table audit_events in access exclusive mode`;
    // Flushes the log, so that the standby has the lock at once.
    await sql`select pg_logical_emit_message(false, 'test', 'the lock', true)`;
    await vi.waitFor(
      async () =>
        expect(await servers.atStandby("select from pg_locks where relation = 'audit_events'::regclass")).toHaveLength(
          1,
        ),
      { timeout: 20_000, interval: 50 },
    );
    begun();
    await answered;
  });
  await locked;
  const asked = actions(acme.admin, acme.slug);
  await new Promise((resolve) => setTimeout(resolve, 300));
  noteStandby("unreachable", null);
  // The primary has the lock as well.
  setTimeout(unlock, 200);
  expect(await asked).toContain("workspace.created");
  await lock;
  expect(await reads()).toEqual({ "primary, failed": 1 });
  await state("used");
});

test("SB-06 what is known of it is in the metrics and on the instance's overview", async () => {
  const olga = await operator();
  expect(await olga.api.instance.overview()).toMatchObject({ standby: { state: "used" } });
  expect(await registry.getSingleMetricAsString("atelier_standby_reads_total")).toContain("# TYPE");
});

test("SB-06 the lag is the time since the primary was where the standby is", () => {
  const now = performance.now();
  const samples = [
    { lsn: 10n, at: now - 8_000 },
    { lsn: 20n, at: now - 4_000 },
    { lsn: 30n, at: now },
  ];
  expect(lagOf(samples, 35n)).toBe(0);
  expect(Math.round((lagOf(samples, 29n) ?? 0) / 1_000)).toBe(4);
  expect(Math.round((lagOf(samples, 10n) ?? 0) / 1_000)).toBe(8);
  expect(lagOf(samples, 9n)).toBeNull();
  // Nothing was written for a while: it has all that there is.
  expect(lagOf([{ lsn: 30n, at: now - 60_000 }], 30n)).toBe(0);
});

test("SB-07 a change cannot be declared so", () => {
  type Offered = keyof ReturnType<typeof fromStandby<{ query: 1; mutation: 2 }>>;
  const offered: Offered[] = ["query"];
  expect(offered).toEqual(["query"]);
  // @ts-expect-error a mutation is not offered
  const changed: Offered = "mutation";
  void changed;
});

// The last: from here on there is no standby.
test("SB-08 a standby that was made a primary is not read from, whatever is written to it", async () => {
  const acme = await workspace();
  await muchLater();
  await servers.caughtUp();
  await servers.atStandby("select pg_promote()");
  await state("promoted");
  expect(await actions(acme.admin, acme.slug)).toContain("workspace.created");
  expect(await reads()).toEqual({ "primary, not used": 1 });
});
