import { beforeEach, expect, test } from "vitest";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "viewer");
  at = { workspace: acme.slug };
});

const roleOf = async () =>
  (await owner`select role from memberships where workspace_id = ${acme.id} and user_id = ${grace.person.id}`)[0]?.role;

const actions = async () =>
  (
    await owner`
      select action from audit_events where workspace_id = ${acme.id} and target_id = ${grace.person.id} order by at, action`
  ).map(({ action }) => action);

/** Lists the people of this workspace to whom mails of a template went. */
async function mailed(template: string, to: Signed) {
  const rows = await owner`select payload from mail_outbox where template = ${template} and payload is not null`;
  return rows.filter(({ payload }) => openMail(payload)?.to === to.person.email).length;
}

const asked = async () => {
  await grace.api.roleRequests.ask({ ...at, role: "developer" });
  const { rows } = await acme.admin.api.roleRequests.list(at);
  return { ...at, roleRequestId: rows[0]?.id ?? "" };
};

test("a member asks for another role, the Admins are mailed once, and an Admin gives it with one click", async () => {
  const one = await asked();
  expect(await mailed("role-request", acme.admin)).toBe(1);
  expect((await acme.admin.api.roleRequests.list(at)).rows).toMatchObject([
    { email: grace.person.email, role: "developer", currentRole: "viewer" },
  ]);
  expect(await grace.api.roleRequests.own(at)).toMatchObject({ role: "developer", status: "pending" });
  await acme.admin.api.roleRequests.approve({ ...one, role: "developer" });
  expect(await roleOf()).toBe("developer");
  expect(await mailed("role-answered", grace)).toBe(1);
  expect((await acme.admin.api.roleRequests.list(at)).total).toBe(0);
  expect(await actions()).toEqual(["role_request.made", "role_request.approved"]);
});

test("one request waits for each member: the same again changes nothing, another role takes its place", async () => {
  await asked();
  await grace.api.roleRequests.ask({ ...at, role: "developer" });
  await grace.api.roleRequests.ask({ ...at, role: "billing" });
  await Promise.all([1, 2, 3].map(() => grace.api.roleRequests.ask({ ...at, role: "admin" })));
  expect(await owner`select role from role_requests where workspace_id = ${acme.id}`).toEqual([{ role: "admin" }]);
  expect(await actions()).toEqual(["role_request.made", "role_request.made", "role_request.made"]);
  expect(await mailed("role-request", acme.admin)).toBe(1);
  expect(await reasonOf(grace.api.roleRequests.ask({ ...at, role: "viewer" }))).toBe("role_held");
});

test("two Admins who approve at once change the role once, in 20 rounds", async () => {
  const second = await memberOf(acme, "admin");
  for (let round = 0; round < 20; round++) {
    grace = await memberOf(acme, "viewer");
    const one = await asked();
    await Promise.all([acme.admin, second].map(({ api }) => api.roleRequests.approve({ ...one, role: "developer" })));
    expect(await roleOf()).toBe("developer");
    expect(await actions()).toEqual(["role_request.made", "role_request.approved"]);
    expect(await mailed("role-answered", grace)).toBe(1);
  }
});

test("of an approval and a refusal at once one holds, in 20 rounds", async () => {
  const second = await memberOf(acme, "admin");
  for (let round = 0; round < 20; round++) {
    grace = await memberOf(acme, "viewer");
    const one = await asked();
    const outcomes = await Promise.allSettled([
      acme.admin.api.roleRequests.approve({ ...one, role: "developer" }),
      second.api.roleRequests.decline(one),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const isApproved = outcomes[0]?.status === "fulfilled";
    expect(await roleOf()).toBe(isApproved ? "developer" : "viewer");
    expect(await mailed("role-answered", grace)).toBe(1);
  }
});

test("declining twice is declining once, and the member reads it", async () => {
  const one = await asked();
  await acme.admin.api.roleRequests.decline(one);
  await acme.admin.api.roleRequests.decline(one);
  expect(await reasonOf(acme.admin.api.roleRequests.approve({ ...one, role: "developer" }))).toBe("request_settled");
  expect(await grace.api.roleRequests.own(at)).toMatchObject({ status: "declined" });
  expect(await actions()).toEqual(["role_request.made", "role_request.declined"]);
  expect(await roleOf()).toBe("viewer");
});

test("a request that was taken back, or whose member has left, cannot be answered", async () => {
  const one = await asked();
  await grace.api.roleRequests.withdraw(at);
  expect(await reasonOf(grace.api.roleRequests.withdraw(at))).toBe("request_settled");
  expect(await reasonOf(acme.admin.api.roleRequests.approve({ ...one, role: "developer" }))).toBe("request_settled");
  const again = await asked();
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id });
  expect(await reasonOf(acme.admin.api.roleRequests.approve({ ...again, role: "developer" }))).toBe("request_settled");
  expect(await actions()).toContain("role_request.withdrawn");
});

test("RP-01 only those who manage members see and answer, and making an Admin needs a fresh sign-in", async () => {
  const one = await asked();
  const dev = await memberOf(acme, "developer");
  for (const api of [grace.api, dev.api]) {
    expect(await reasonOf(api.roleRequests.list(at))).toBe("not_permitted");
    expect(await reasonOf(api.roleRequests.approve({ ...one, role: "developer" }))).toBe("not_permitted");
    expect(await reasonOf(api.roleRequests.decline(one))).toBe("not_permitted");
  }
  const stale = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  expect(await reasonOf(stale.roleRequests.approve({ ...one, role: "admin" }))).toBe("sign_in_again");
});

test("CR-01 the last Admin who asks for less is not made less", async () => {
  await acme.admin.api.roleRequests.ask({ ...at, role: "viewer" });
  const roleRequestId = (await acme.admin.api.roleRequests.list(at)).rows[0]?.id ?? "";
  expect(await reasonOf(acme.admin.api.roleRequests.approve({ ...at, roleRequestId, role: "viewer" }))).toBe(
    "last_admin",
  );
});
