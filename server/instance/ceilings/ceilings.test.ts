import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { allIsHeard, asking, startMeters, stopMeters } from "@/tests/support/gateway/meters";
import {
  fieldsOf,
  memberOf,
  newPerson,
  reasonOf,
  type Signed,
  type TestWorkspace,
  workspace,
} from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
let acme: TestWorkspace;

beforeAll(async () => {
  ada = await operator();
});
beforeEach(async () => {
  acme = await workspace();
});
afterEach(stopMeters);

const set = (
  values: Partial<Record<"requestsPerMinute" | "tokensPerMinute" | "keys" | "members" | "fileMegabytes", string>>,
) => ada.api.instance.setUseCeilings({ slug: acme.slug, ...values });
const newKey = () => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
const at = () => ({ workspace: acme.slug });

test("OP-10 requests per minute hold on all instances together, whatever limit an Admin sets", async () => {
  const [one, two] = await startMeters(owner, 2);
  if (!one || !two) throw new Error("no meters");
  await acme.admin.api.limits.setRate({ ...at(), model: "", requestsPerMinute: "1000", tokensPerMinute: "" });
  await set({ requestsPerMinute: "4" });
  const outcomes = [];
  for (const meter of [one, two, one, two, one, two]) outcomes.push(await meter.reserve(asking(acme.id)));
  expect(outcomes.map(({ isGranted }) => isGranted)).toEqual([true, true, true, true, false, false]);
  expect(outcomes.at(-1)).toMatchObject({ reason: "requests", scope: "ceiling", whose: "ceiling", limit: 4 });
  const shown = await acme.admin.api.limits.get(at());
  expect(shown.ceiling).toMatchObject({ requestsPerMinute: 4, tokensPerMinute: null });
  // More is granted, and holds from the moment on in which the instances hear of it.
  await set({ requestsPerMinute: "100" });
  await allIsHeard(owner);
  expect(await two.reserve(asking(acme.id))).toMatchObject({ isGranted: true });
  await set({});
  expect((await acme.admin.api.limits.get(at())).ceiling).toBeNull();
});

test("OP-10 of keys made at once no more are than there may be; rotating needs no room, restoring does", async () => {
  await set({ keys: "3" });
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, newKey));
  const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value.id : []));
  expect(made).toHaveLength(3);
  expect(await reasonOf(newKey())).toBe("keys_full");
  const [first = "", second = ""] = made;
  await acme.admin.api.keys.rotate({ ...at(), keyId: first, overlap: "24" });
  expect(await reasonOf(newKey())).toBe("keys_full");
  await acme.admin.api.keys.revoke({ ...at(), keyId: second });
  await newKey();
  expect(await reasonOf(acme.admin.api.keys.restore({ ...at(), keyId: second }))).toBe("keys_full");
  await set({ keys: "0" });
  expect(await reasonOf(newKey())).toBe("keys_full");
  await set({});
  await acme.admin.api.keys.restore({ ...at(), keyId: second });
});

test("OP-10 no person becomes a member beyond the ceiling, and no Admin adds a seat beyond it", async () => {
  await memberOf(acme, "viewer");
  await set({ members: "2" });
  const { admin } = acme;
  expect(await fieldsOf(admin.api.workspaces.setSeats({ ...at(), seats: "5" }))).toEqual({
    seats: "The people who run this Atelier let this workspace have at most 2 members. Ask them for more.",
  });
  const invited = await newPerson();
  const { beyondSeats } = await admin.api.invitations.create({
    ...{ ...at(), emails: invited.person.email, role: "viewer" },
  });
  expect(beyondSeats).toBe(1);
  await owner`update workspaces set is_join_page_open = true where id = ${acme.id}`;
  const asker = await newPerson();
  await asker.api.joining.askAtPage({ slug: acme.slug });
  const { rows, isFull } = await admin.api.joinRequests.list(at());
  expect([rows.length, isFull]).toEqual([1, true]);
  const approval = { ...at(), requestId: rows[0]?.id ?? "", role: "viewer" as const };
  expect(await reasonOf(admin.api.joinRequests.approve({ ...approval, addSeat: "on" }))).toBe("seats_full");
  // A ceiling below what there is ends no membership.
  await set({ members: "1" });
  expect((await admin.api.workspaces.get(at())).memberCount).toBe(2);
  await set({ members: "3" });
  await admin.api.joinRequests.approve(approval);
});

test("OP-10 ceilings on use are shown to operators with what there is, and each change is in both logs once", async () => {
  await newKey();
  const wanted = { requestsPerMinute: "6,000", tokensPerMinute: "", keys: "10", members: "20", fileMegabytes: "512" };
  await set(wanted);
  await set(wanted);
  const { most, atStake } = await ada.api.instance.workspace({ slug: acme.slug });
  expect(most).toEqual({
    ...{ requestsPerMinute: 6_000, tokensPerMinute: null, keys: 10, members: 20, fileMegabytes: 512 },
    fileBytes: 0,
  });
  expect(atStake.keys).toBe(1);
  const inside = await acme.admin.api.audit.list({ ...at(), search: "", action: "workspace.use_ceilings_changed" });
  expect(inside.rows).toMatchObject([{ before: { keys: null }, after: { keys: 10, fileMegabytes: 512 } }]);
  const own = await ada.api.instance.auditList({ search: "", action: "workspace.use_ceilings_changed" });
  expect(own.rows.filter(({ target }) => target.id === acme.id)).toHaveLength(1);
  for (const wrong of [{ keys: "-1" }, { members: "0" }, { requestsPerMinute: "1.5" }, { fileMegabytes: "much" }])
    expect(await reasonOf(set(wrong))).toBe("invalid_input");
  expect(await reasonOf(acme.admin.api.instance.setUseCeilings({ slug: acme.slug }))).toBe("not_found");
});
