import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { use } from "@/tests/support/factories/usage";
import { memberOf, reasonOf, type Signed, workspace } from "@/tests/support/people";

const euro = 1_000_000;
const dayMs = 86_400_000;
const overviewOf = ({ api }: Signed, slug: string) => api.workspaces.overview({ workspace: slug });
const stepsOf = async (who: Signed, slug: string) =>
  (await overviewOf(who, slug)).setup.map(({ step, isDone }) => `${step} ${isDone ? "done" : "open"}`);

test("a newcomer's first steps check themselves, and are gone once all are done", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { admin } = acme;
  expect(await overviewOf(admin, acme.slug)).toMatchObject({ hasRequests: false, latest: [], members: 1 });
  expect(await stepsOf(admin, acme.slug)).toEqual(["invite open", "key open", "request open", "limit open"]);
  await admin.api.invitations.create({ ...at, emails: "grace@example.com", role: "developer" });
  const { id: keyId } = await admin.api.keys.create({ ...at, name: "Production" });
  expect(await stepsOf(admin, acme.slug)).toEqual(["invite done", "key done", "request open", "limit open"]);
  await use(owner, acme.id, [{ keyId }]);
  expect(await stepsOf(admin, acme.slug)).toEqual(["invite done", "key done", "request done", "limit open"]);
  await admin.api.billing.setLimit({ ...at, limit: "20" });
  expect(await stepsOf(admin, acme.slug)).toEqual([]);
  expect((await overviewOf(admin, acme.slug)).hasRequests).toBe(true);
});

test("each role is shown the steps that it may take, and in a personal workspace there is no invitation", async () => {
  const acme = await workspace();
  const [developer, billing, viewer] = [
    await memberOf(acme, "developer"),
    await memberOf(acme, "billing"),
    await memberOf(acme, "viewer"),
  ];
  expect(await stepsOf(developer, acme.slug)).toEqual(["key open", "request open"]);
  expect(await stepsOf(billing, acme.slug)).toEqual(["limit open"]);
  expect(await stepsOf(viewer, acme.slug)).toEqual([]);
  await acme.admin.api.workspaces.setKeyCreators({ workspace: acme.slug, keyCreators: "admins" });
  expect(await stepsOf(developer, acme.slug)).toEqual(["request open"]);
  const creationKey = crypto.randomUUID();
  const own = await developer.api.workspaces.create({ name: "Mine", kind: "personal", creationKey });
  expect(await stepsOf(developer, own.slug)).toEqual(["key open", "request open", "limit open"]);
});

test("a member who puts the steps away does so for themselves, in this workspace", async () => {
  const [acme, second] = [await workspace(), await workspace()];
  const other = await memberOf(acme, "admin");
  await owner`insert into memberships (workspace_id, user_id, role) values (${second.id}, ${other.person.id}, 'admin')`;
  await other.api.workspaces.hideSetup({ workspace: acme.slug });
  expect(await stepsOf(other, acme.slug)).toEqual([]);
  expect(await stepsOf(acme.admin, acme.slug)).toHaveLength(4);
  expect(await stepsOf(other, second.slug)).toHaveLength(4);
  const stranger = (await workspace()).admin;
  expect(await reasonOf(stranger.api.workspaces.hideSetup({ workspace: acme.slug }))).toBe("not_found");
});

test("the month stands beside the least of the limits that hold, as it is raised", async () => {
  const acme = await workspace();
  const month = async () => (await overviewOf(acme.admin, acme.slug)).month;
  await spend(owner, acme.id, { cost: 3 * euro, requests: 2 });
  expect(await month()).toMatchObject({ spent: 3 * euro, limit: null, requests: 2, forecast: null });
  await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "20" });
  expect((await month()).limit).toBe(20 * euro);
  await owner`insert into budgets (workspace_id, whose, subject, span, amount) values (${acme.id}, 'ceiling', 'ceiling', 'month', ${5 * euro})`;
  expect((await month()).limit).toBe(5 * euro);
  await owner`insert into limit_raises (workspace_id, whose, span, amount, ends_at)
    values (${acme.id}, 'ceiling', 'month', ${9 * euro}, now() + interval '1 day')`;
  expect((await month()).limit).toBe(9 * euro);
  await spend(owner, acme.id, { cost: euro, at: new Date(Date.now() - 5 * dayMs) });
  expect((await month()).forecast).not.toBeNull();
});

test("the last 14 days and the five newest requests are shown, with what failed", async () => {
  const acme = await workspace();
  const ago = (days: number) => new Date(Date.now() - days * dayMs);
  await use(owner, acme.id, [
    { at: ago(20), model: "old" },
    { at: ago(13), model: "early" },
    ...[5, 4, 3, 2].map((days) => ({ at: ago(days), model: `m${days}` })),
    { model: "broken", status: 500, errorCode: "server_error" },
  ]);
  const { days, latest } = await overviewOf(acme.admin, acme.slug);
  expect(days).toHaveLength(14);
  expect(days[0]).toEqual({ day: ago(13).toISOString().slice(0, 10), requests: 1, errors: 0 });
  expect(days.at(-1)).toMatchObject({ requests: 1, errors: 1 });
  expect(latest.map(({ model }) => model)).toEqual(["broken", "m2", "m3", "m4", "m5"]);
});

test("keys that fail or end within 14 days are named, with nothing of their secrets", async () => {
  const acme = await workspace();
  const make = (name: string, expiration: "30" | "never" = "never") =>
    acme.admin.api.keys.create({ workspace: acme.slug, name, expiration });
  const [failing, fine, ending, later, gone] = [
    await make("Failing"),
    await make("Fine"),
    await make("Ending", "30"),
    await make("Later", "30"),
    await make("Gone", "30"),
  ];
  await owner`update api_keys set expires_at = now() + interval '3 days' where id in ${owner([ending.id, gone.id])}`;
  await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: gone.id });
  await use(owner, acme.id, [
    { keyId: failing.id, status: 401 },
    { keyId: failing.id },
    ...Array.from({ length: 20 }, () => ({ keyId: fine.id })),
    { keyId: fine.id, status: 500 },
    { keyId: gone.id, status: 500 },
    { keyId: later.id, status: 500, at: new Date(Date.now() - 2 * dayMs) },
  ]);
  const viewer = await memberOf(acme, "viewer");
  const { keys } = await overviewOf(viewer, acme.slug);
  expect(keys.live).toBe(4);
  expect(keys.failing).toEqual([
    { id: failing.id, name: "Failing", lastFour: failing.secret.slice(-4), requests: 2, errors: 1 },
  ]);
  expect(keys.ending.map(({ name }) => name)).toEqual(["Ending"]);
  expect(JSON.stringify(keys)).not.toContain(failing.secret.slice(17, 60));
});

test("who joined in the last 30 days is named, the latest first, at most five", async () => {
  const acme = await workspace();
  for (const role of ["viewer", "billing", "developer", "viewer", "developer"] as const) await memberOf(acme, role);
  const { newcomers, members } = await overviewOf(acme.admin, acme.slug);
  expect(members).toBe(6);
  expect(newcomers.map(({ role }) => role)).toEqual(["developer", "viewer", "developer", "billing", "viewer"]);
  await owner`update memberships set joined_at = now() - interval '31 days' where workspace_id = ${acme.id}`;
  expect((await overviewOf(acme.admin, acme.slug)).newcomers).toEqual([]);
});
