import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { workspace } from "@/tests/support/people";
import { checkLimits, reserve, settle, settled } from "./metering";

// Every model costs something, and none of them is free.
process.env.PRICES = JSON.stringify([{ model: "*", from: "2026-01-01", input: "1", output: "2" }]);
process.env.DATABASE_POOL = "10";

let whose: { workspaceId: string; keyId: string; memberId: string };

beforeEach(async () => {
  const { id, slug, admin } = await workspace();
  const { id: keyId } = await admin.api.keys.create({ workspace: slug, name: "A key" });
  whose = { workspaceId: id, keyId, memberId: admin.person.id };
});

const setKey = (limits: object) => owner`update api_keys set ${owner(limits)} where id = ${whose.keyId}`;

/** A request of 40 tokens that costs 60 micro-units. */
async function spend(): Promise<void> {
  const id = randomUUID();
  const tokens = { promptTokens: 20, completionTokens: 20 };
  await reserve({
    ...{ id, ...whose, model: "m", upstreamModel: "m", operation: "chat", isStreamed: false, ...tokens, seconds: 60 },
  });
  settle(whose.workspaceId, id, {
    ...{ status: 200, errorCode: null, usage: tokens, usageSource: "reported", firstByteMs: 1, totalMs: 1 },
  });
  await settled();
}

test.each<[string, object, object]>([
  ["money", { monthly_limit: 60 }, { reason: "spend", scope: "key", limit: 60, used: 60, isUnderWay: false }],
  ["requests a minute", { requests_per_minute: 1 }, { reason: "requests", scope: "key", limit: 1 }],
  ["tokens a minute", { tokens_per_minute: 40 }, { reason: "tokens", scope: "key", limit: 40 }],
])("a limit of %s that is used up is told before anything is known of a request", async (_, limits, refused) => {
  await setKey(limits);
  expect(await checkLimits(whose, true)).toMatchObject({ isGranted: true });
  await spend();
  expect(await checkLimits(whose, true)).toMatchObject({ isGranted: false, slug: expect.any(String), ...refused });
});

test("asking takes nothing of any limit", async () => {
  await setKey({ monthly_limit: 60, requests_per_minute: 1, tokens_per_minute: 40 });
  for (let i = 0; i < 5; i++) expect(await checkLimits(whose, true)).toMatchObject({ isGranted: true });
  await settled();
  await spend();
  const [row] = await owner`select count(*)::int as n from usage_ledger where workspace_id = ${whose.workspaceId}`;
  expect(row?.n).toBe(1);
  expect(await owner`select 1 from usage_leases where workspace_id = ${whose.workspaceId}`).toEqual([]);
});

test("a key that has ended is told, and the database is not asked where it need not be", async () => {
  await owner`update api_keys set revoked_at = now() where id = ${whose.keyId}`;
  expect(await checkLimits(whose, true)).toMatchObject({ isGranted: false, reason: "key" });
  expect(await checkLimits(whose, false)).toEqual({ isGranted: true });
});
