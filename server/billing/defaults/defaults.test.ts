import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;

beforeEach(async () => {
  acme = await workspace();
});

const at = () => ({ workspace: acme.slug });
const limitOfKey = async (keyId: string) => (await acme.admin.api.keys.get({ ...at(), keyId })).monthlyLimit;

test("a key that is made without a limit has the workspace's for new keys, and never more than the workspace", async () => {
  const { api } = acme.admin;
  const before = await api.keys.create({ ...at(), name: "Before" });
  await api.billing.setDefaultLimits({ ...at(), newMemberLimit: "", newKeyLimit: "5" });
  const made = await api.keys.create({ ...at(), name: "After" });
  const other = await api.keys.create({ ...at(), name: "Another", monthlyLimit: "50" });
  const emptied = await api.keys.create({ ...at(), name: "Emptied", monthlyLimit: "" });
  const limits = await Promise.all([before, made, other, emptied].map(({ id }) => limitOfKey(id)));
  expect(limits).toEqual([null, 5_000_000, 50_000_000, 5_000_000]);
  // An Admin removes the limit afterwards; the workspace's own limit is higher than the default.
  await api.keys.update({ ...at(), keyId: made.id, monthlyLimit: "" });
  expect(await limitOfKey(made.id)).toBeNull();
  await api.billing.setLimit({ ...at(), limit: "3" });
  expect(await limitOfKey((await api.keys.create({ ...at(), name: "Least" })).id)).toBe(3_000_000);
  expect(await api.keys.policy(at())).toEqual({ maximumDays: null, newKeyLimit: 3_000_000 });
});

test("who joins has the workspace's limit for new members, and who is there stays as they are", async () => {
  const { api } = acme.admin;
  const early = await memberOf(acme, "developer");
  await api.billing.setDefaultLimits({ ...at(), newMemberLimit: "20", newKeyLimit: "" });
  await owner`update workspaces set is_join_page_open = true where id = ${acme.id}`;
  const late = await newPerson();
  await late.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await api.joinRequests.list(at())).rows[0]?.id ?? "";
  await api.joinRequests.approve({ ...at(), requestId, role: "developer" });
  const { rows } = await api.billing.members({ ...at(), search: "" });
  const limitOf = (userId: string) => rows.find((row) => row.userId === userId)?.limit;
  expect([limitOf(early.person.id), limitOf(late.person.id)]).toEqual([null, 20_000_000]);
  const [limits] = await owner`select usage_limits(${acme.id}, null, ${late.person.id}) as found`;
  expect(limits?.found.budgets).toContainEqual({
    ...{ whose: `member:${late.person.id}`, subject: `member:${late.person.id}`, span: "month", limit: 20_000_000 },
  });
});

test("only who manages limits sets them, each change is in the log once, and what is wrong is said", async () => {
  const developer = await memberOf(acme, "developer");
  const set = (values: object, by = acme.admin) => by.api.billing.setDefaultLimits({ ...at(), ...values });
  expect(await reasonOf(set({ newKeyLimit: "5" }, developer))).toBe("not_permitted");
  expect(await reasonOf(set({ newKeyLimit: "-5" }))).toBe("invalid_input");
  await set({ newKeyLimit: "5" });
  await set({ newKeyLimit: "5" });
  const { rows } = await acme.admin.api.audit.list({ ...at(), search: "", action: "spend.default_limits_set" });
  expect(rows).toMatchObject([{ before: { newKeyLimit: null }, after: { newKeyLimit: 5_000_000 } }]);
});
