import { afterEach, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { asking, done, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { workspace } from "@/tests/support/people";
import { endLost } from "./queries";

let id: string;
let keyId: string;
let one: TestMeter;

beforeEach(async () => {
  const made = await workspace();
  id = made.id;
  keyId = (await made.admin.api.keys.create({ workspace: made.slug, name: "A key" })).id;
  [one] = (await startMeters(owner, 1)) as [TestMeter];
});
afterEach(stopMeters);

/** A request costs 60 at most: 20 tokens in, 20 out at twice the price. */
const request = (more = {}) => asking(id, { keyId, ...more });
const setLimit = (limit: number) => owner`update workspaces set monthly_limit = ${limit} where id = ${id}`;
const known = () => owner`select model, route, cost::int from usage_reservations where workspace_id = ${id}`;
const lines = () => owner`
  select model, upstream_model, route, status, error_code, cost::int from usage_ledger where workspace_id = ${id}`;
const counted = async () =>
  (
    await owner`select spent::int, reserved::int from spend_counters
    where workspace_id = ${id} and subject = 'workspace' and span = 'month'`
  )[0];
const differences = async () => (await owner`select rebuild_usage(${id}, false) as n`)[0]?.n;

test("a request that becomes another model's holds what it costs there alone, and is one line", async () => {
  await setLimit(70);
  const first = request({ route: "route/fast" });
  expect(await one.reserve(first)).toMatchObject({ isGranted: true });
  await expect.poll(known, { timeout: 5_000 }).toEqual([{ model: "m", route: "route/fast", cost: 60 }]);
  // Both together would not fit.
  const next = { ...first, model: "n", upstreamModel: "n", completionTokens: 25 };
  expect(await one.rebook(next)).toMatchObject({ isGranted: true });
  await expect.poll(known, { timeout: 5_000 }).toEqual([{ model: "n", route: "route/fast", cost: 70 }]);
  one.settle(first.id, done({ upstreamModel: "n-there" }));
  await one.meter.settled();
  expect(await lines()).toEqual([
    ...[{ model: "n", upstream_model: "n-there", route: "route/fast", status: 200, error_code: null, cost: 60 }],
  ]);
  expect(await known()).toEqual([]);
  await expect.poll(counted, { timeout: 5_000 }).toEqual({ spent: 60, reserved: 0 });
  expect(await differences()).toBe(0);
});

test("one that does not fit there stays the former model's, holds nothing, and ends once", async () => {
  await setLimit(70);
  const first = request();
  await one.reserve(first);
  expect(await one.rebook({ ...first, model: "n", completionTokens: 100 })).toMatchObject({ isGranted: false });
  expect(await one.reserve(request())).toMatchObject({ isGranted: true });
  one.settle(first.id, done({ status: 503, errorCode: "down", usage: null, usageSource: "none" }));
  await one.meter.settled();
  expect(await lines()).toMatchObject([{ model: "m", status: 503, cost: 0 }]);
});

test("an instance that dies is charged for the model that it was last known to ask", async () => {
  const first = request();
  await one.reserve(first);
  await expect.poll(known, { timeout: 5_000 }).toHaveLength(1);
  await one.rebook({ ...first, model: "n", upstreamModel: "n" });
  await expect.poll(known, { timeout: 5_000 }).toMatchObject([{ model: "n" }]);
  one.kill();
  await owner`update usage_instances set beat_at = now() - interval '11 seconds'
    where id in (select instance_id from usage_reservations where workspace_id = ${id})`;
  while (await endLost());
  expect(await lines()).toMatchObject([{ model: "n", status: 500, error_code: "lost", cost: 60 }]);
  expect(await differences()).toBe(0);
});

test("only a request under way becomes another model's", async () => {
  await expect(one.rebook(request())).rejects.toThrow("under way");
});
