import { beforeAll, expect, test } from "vitest";
import { refusalOfEntry } from "@/server/auth/sign-up";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { mailedToken } from "@/tests/support/offers";
import { memberOf, newPerson, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator, world } from "@/tests/support/procedures/world";

let ada: Signed;

beforeAll(async () => {
  ada = await operator();
});

test("OP-08 a deactivated person is out at once: sessions, sign-in, chosen keys, in every log; and comes back", async () => {
  const here = await world();
  const { person } = here.caller;
  const other = await workspace("Other");
  await owner`insert into memberships (workspace_id, user_id, role) values (${other.id}, ${person.id}, 'admin')`;
  const plan = await ada.api.instance.deactivationPlan({ userId: person.id });
  expect(plan).toMatchObject({ sessions: 1, keys: 1, workspaces: 3, person: { email: person.email } });
  expect(await ada.api.instance.deactivate({ userId: person.id, keys: "revoke" })).toEqual({ revoked: 1 });
  expect(await owner`select 1 from sessions where user_id = ${person.id}`).toEqual([]);
  expect(await refusalOfEntry(person.email)).toBe("deactivated");
  const [key] = await owner`select revoked_at, revoked_by_admin from api_keys where id = ${here.ids.keyId}`;
  expect(key).toEqual({ revoked_at: expect.any(Date), revoked_by_admin: true });
  const logged = async (workspaceId: string) =>
    (
      await owner`select action from audit_events where workspace_id = ${workspaceId} and actor_id = ${ada.person.id} order by at`
    ).map(({ action }) => action);
  expect(await logged(here.workspace.id)).toEqual(["key.revoked", "member.deactivated"]);
  expect(await logged(other.id)).toEqual(["member.deactivated"]);
  expect(await reasonOf(ada.api.instance.deactivate({ userId: person.id, keys: "keep" }))).toBe("state_changed");
  await ada.api.instance.reactivate({ userId: person.id });
  expect(await refusalOfEntry(person.email)).toBeNull();
  expect(await reasonOf(ada.api.instance.reactivate({ userId: person.id }))).toBe("state_changed");
});

test("OP-08 keys that are kept go on, and service keys always do", async () => {
  const here = await world();
  await owner`update api_keys set is_service = true where id = ${here.ids.keyId}`;
  await ada.api.instance.deactivate({ userId: here.caller.person.id, keys: "revoke" });
  const [key] = await owner`select revoked_at from api_keys where id = ${here.ids.keyId}`;
  expect(key?.revoked_at).toBeNull();
});

test("OP-03 neither oneself nor the last operator is deactivated", async () => {
  const grace = await operator();
  expect(await reasonOf(grace.api.instance.deactivate({ userId: grace.person.id, keys: "keep" }))).toBe("own_account");
  await owner`delete from operators where user_id not in (${grace.person.id}, ${ada.person.id})`;
  const outcomes = await Promise.allSettled([
    ada.api.instance.deactivate({ userId: grace.person.id, keys: "keep" }),
    grace.api.instance.deactivate({ userId: ada.person.id, keys: "keep" }),
  ]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await owner`update users set deactivated_at = null where id in (${grace.person.id}, ${ada.person.id})`;
});

test("the list is sorted, searched from the beginning of a name or address, and paged both ways", async () => {
  await owner`
    insert into users (name, email, created_at)
    select 'Zoe ' || lpad(i::text, 3, '0'), 'zoe' || lpad(i::text, 3, '0') || '@list.example', now() + i * interval '1 second'
    from generate_series(1, 120) i`;
  const list = (values: object) => ada.api.instance.people(values as never);
  const first = await list({});
  expect(first.rows[0]?.name).toBe("Zoe 120");
  const second = await list({ after: first.next ?? "" });
  expect(second.rows[0]?.name).toBe("Zoe 070");
  expect((await list({ before: second.previous ?? "" })).rows).toEqual(first.rows);
  const byName = await list({ sort: "name" });
  expect(byName.rows.map(({ name }) => name.toLowerCase())).toEqual(
    byName.rows.map(({ name }) => name.toLowerCase()).sort(),
  );
  expect((await list({ search: "zoe 01" })).rows.map(({ name }) => name)).toHaveLength(10);
  expect((await list({ search: "ZOE012@" })).rows).toMatchObject([{ name: "Zoe 012", email: "zoe012@list.example" }]);
  expect((await list({ search: "%" })).rows).toEqual([]);
  expect((await list({ state: "operators" })).rows.every(({ isOperator }) => isOperator)).toBe(true);
  await owner`update users set last_seen_at = now() where email = 'zoe050@list.example'`;
  const seen = await list({ sort: "seen" });
  expect(seen.rows[0]?.name).toBe("Zoe 050");
  expect((await list({ sort: "seen", after: seen.next ?? "" })).rows).toHaveLength(50);
});

test("where a person is the only Admin of others, the plan says so", async () => {
  const acme = await workspace("Acme");
  await memberOf(acme, "viewer");
  const plan = await ada.api.instance.deactivationPlan({ userId: acme.admin.person.id });
  expect(plan.onlyAdminOf).toEqual(["Acme"]);
  expect((await ada.api.instance.deactivationPlan({ userId: (await newPerson()).person.id })).onlyAdminOf).toEqual([]);
});

test("OP-08 what a deactivated person has offered is worth nothing while they are out, and notices go past them", async () => {
  const acme = await workspace();
  const maker = await memberOf(acme, "admin");
  const at = { workspace: acme.slug };
  const [grace, alan] = [await newPerson(), await newPerson()];
  const { url } = await maker.api.inviteLinks.create({ ...at, role: "viewer", maxUses: 5, days: 7 });
  const link = { token: url.slice(url.lastIndexOf("/") + 1) };
  await maker.api.invitations.create({ ...at, emails: `${grace.person.email}, new@invited.example`, role: "viewer" });
  const invitation = { token: await mailedToken(grace.person.email) };
  await owner`update instance_settings set sign_up = 'invited'`;
  expect(await refusalOfEntry("new@invited.example")).toBeNull();
  await ada.api.instance.deactivate({ userId: maker.person.id, keys: "keep" });
  expect(await refusalOfEntry("new@invited.example")).toBe("sign_up_closed");
  await owner`update instance_settings set sign_up = 'all'`;
  expect(await reasonOf(alan.api.inviteLinks.join(link))).toBe("inviter_lost_authority");
  expect(await reasonOf(grace.api.invitations.accept(invitation))).toBe("inviter_lost_authority");
  await acme.admin.api.joining.setPage({ ...at, isOpen: true });
  await alan.api.joining.askAtPage({ slug: acme.slug });
  const asked = await queuedMails("join-request");
  expect(asked.map(({ to }) => to)).toContain(acme.admin.person.email);
  expect(asked.map(({ to }) => to)).not.toContain(maker.person.email);
  await ada.api.instance.reactivate({ userId: maker.person.id });
  await grace.api.invitations.accept(invitation);
  await alan.api.inviteLinks.join(link);
});
