import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { instanceLog, transaction } from "@/db/client";
import { recordAccount } from "@/server/audit/queries";
import { sealDue } from "@/server/audit/seals/job";
import { becomeOperator } from "@/server/auth/become-operator";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

beforeEach(async () => {
  env().operators = [];
  await owner`delete from operators`;
  await owner`alter table account_events disable trigger append_only`;
  await owner`delete from account_events`;
  await owner`alter table account_events enable trigger append_only`;
});

/** Runs what a sign-in does in its transaction. */
const signsIn = ({ person }: Signed, verified = true) =>
  transaction("write", {}, async (db) => {
    const actor = { person, origin: { requestId: randomUUID(), ip: null, userAgent: null } };
    await becomeOperator(db, actor, verified ? person.email : null);
    await recordAccount(db, actor, "account.signed_in", {});
  });

const operatorIds = async () =>
  (await owner`select user_id from operators order by created_at`).map((row) => row.user_id);

test("OP-01 of people who sign in to a fresh instance at once, one is its operator, and it is in the instance's log", async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => newPerson()));
  await Promise.all(people.map((each) => signsIn(each)));
  const [first, ...more] = await operatorIds();
  expect(more).toEqual([]);
  expect(people.map(({ person }) => person.id)).toContain(first);
  const events =
    await owner`select action, actor_id from audit_events where workspace_id = ${instanceLog} and actor_id = ${first}`;
  expect(events).toEqual([{ action: "operator.first", actor_id: first }]);
});

test("OP-01 an instance where people signed in before makes no operator by itself", async () => {
  const [early, late] = [await newPerson(), await newPerson()];
  await owner`insert into account_events (user_id, action) values (${early.person.id}, 'account.signed_in')`;
  await signsIn(late);
  expect(await operatorIds()).toEqual([]);
});

test("OP-02 OPERATORS names the operators whenever they sign in, and no other person becomes one", async () => {
  const [first, named] = [await newPerson(), await newPerson()];
  env().operators = [named.person.email];
  await signsIn(first);
  await signsIn(named, false);
  expect(await operatorIds()).toEqual([]);
  await signsIn(named);
  await signsIn(named);
  expect(await operatorIds()).toEqual([named.person.id]);
  await expect(named.api.instance.operators()).resolves.toMatchObject([{ isNamed: true, isSelf: true }]);
});

test("OP-02 an operator whom OPERATORS names is not removed", async () => {
  const [ada, grace] = [await operator(), await operator()];
  env().operators = [grace.person.email];
  expect(await reasonOf(ada.api.instance.removeOperator({ userId: grace.person.id }))).toBe("operator_by_environment");
});

test("OP-03 the last operator stays: removed, leaving, deleting the account, two at once", async () => {
  const ada = await operator();
  const own = { userId: ada.person.id };
  expect(await reasonOf(ada.api.instance.removeOperator(own))).toBe("last_operator");
  expect(await reasonOf(ada.api.account.remove({ confirmation: ada.person.email }))).toBe("last_operator");
  const grace = await operator();
  // A deactivated operator cannot act, so they do not count.
  await owner`update users set deactivated_at = now() where id = ${grace.person.id}`;
  expect(await reasonOf(ada.api.instance.removeOperator(own))).toBe("last_operator");
  await owner`update users set deactivated_at = null where id = ${grace.person.id}`;
  const outcomes = await Promise.allSettled([
    ada.api.instance.removeOperator(own),
    grace.api.instance.removeOperator({ userId: grace.person.id }),
    grace.api.account.remove({ confirmation: grace.person.email }),
  ]);
  expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  expect(await operatorIds()).toHaveLength(1);
});

test("an operator adds one by a verified address, and takes them off again", async () => {
  const ada = await operator();
  const [grace, unverified] = [await newPerson(), await newPerson({ isVerified: false })];
  const add = (email: string) => ada.api.instance.addOperator({ email });
  expect(await reasonOf(add(unverified.person.email))).toBe("no_such_person");
  expect(await reasonOf(add("no@one.example"))).toBe("no_such_person");
  expect(await add(grace.person.email.toUpperCase())).toEqual({ name: grace.person.name });
  expect(await reasonOf(add(grace.person.email))).toBe("operator_already");
  expect((await grace.api.account.menu()).isOperator).toBe(true);
  await ada.api.instance.removeOperator({ userId: grace.person.id });
  expect((await grace.api.account.menu()).isOperator).toBe(false);
  expect(await reasonOf(grace.api.instance.operators())).toBe("not_found");
});

test("OP-04 the instance's log is sealed and verified like a workspace's, and no workspace has its rows", async () => {
  const ada = await operator();
  const grace = await newPerson();
  const acme = await workspace();
  await ada.api.instance.addOperator({ email: grace.person.email });
  await sealDue();
  const { rows } = await ada.api.instance.auditList({ search: "", action: "operator.added" });
  expect(rows[0]).toMatchObject({
    actor: { id: ada.person.id, name: ada.person.name },
    target: { type: "person", name: grace.person.name },
    seal: { sequence: expect.any(Number) },
  });
  expect(await ada.api.instance.verifyAudit({})).toMatchObject({ flaw: null });
  const inside = await acme.admin.api.audit.list({ workspace: acme.slug });
  expect(inside.rows.map(({ action }) => action)).toEqual(["workspace.created"]);
  // A change that bypasses the application is detected.
  await owner`alter table audit_events disable trigger append_only`;
  await owner`update audit_events set action = 'operator.removed' where id = ${rows[0]?.id ?? ""}`;
  await owner`alter table audit_events enable trigger append_only`;
  expect((await ada.api.instance.verifyAudit({})).flaw).toMatchObject({ kind: "changed" });
});
