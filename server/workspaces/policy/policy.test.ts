import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { newToken } from "@/server/joining/invitations/token";
import { owner } from "@/tests/support/database";
import { insertMember } from "@/tests/support/factories/workspaces";
import { offer } from "@/tests/support/offers";
import { memberOf, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

// Many join at once, and each needs its own connection.
process.env.DATABASE_POOL = "16";

const openDomain = (where: TestWorkspace, domain: string) => owner`
  insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
  values (${where.id}, ${domain}, 'join', 'dns', 'verified', ${randomUUID()}, ${where.admin.person.id})`;

test("a person who joins by the domain gets the default role of that moment", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const domain = `${acme.slug}.example`;
  await openDomain(acme, domain);
  const [first, second] = [await newPerson({ email: `a@${domain}` }), await newPerson({ email: `b@${domain}` })];
  await first.api.joining.joinByDomain({ slug: acme.slug });
  await acme.admin.api.workspaces.setDefaultRole({ ...at, role: "viewer" });
  await second.api.joining.joinByDomain({ slug: acme.slug });
  expect((await first.api.workspaces.get(at)).role).toBe("developer");
  expect((await second.api.workspaces.get(at)).role).toBe("viewer");
  const joined = await owner`
    select after->>'role' as role from audit_events where workspace_id = ${acme.id} and action = 'member.joined_by_domain' order by at`;
  expect(joined.map(({ role }) => role)).toEqual(["developer", "viewer"]);
  expect(await reasonOf(acme.admin.api.workspaces.setDefaultRole({ ...at, role: "admin" as never }))).toBe(
    "invalid_input",
  );
});

test("where only Admins create keys, a developer is refused with that reason and keeps the keys they have", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const dev = await memberOf(acme, "developer");
  const key = await dev.api.keys.create({ ...at, name: "Before" });
  await acme.admin.api.workspaces.setKeyCreators({ ...at, keyCreators: "admins" });
  expect(await reasonOf(dev.api.keys.create({ ...at, name: "After" }))).toBe("key_creators");
  await acme.admin.api.keys.create({ ...at, name: "By an Admin" });
  // Rotating makes a new secret, so only an Admin may do it.
  expect(await reasonOf(dev.api.keys.rotate({ ...at, keyId: key.id, overlap: "1" }))).toBe("key_creators");
  expect((await dev.api.workspaces.get(at)).keyCreators).toBe("admins");
  await acme.admin.api.workspaces.setKeyCreators({ ...at, keyCreators: "developers" });
  await dev.api.keys.create({ ...at, name: "Again" });
});

test("every change of the policy is one event, and none is none", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { workspaces } = acme.admin.api;
  await workspaces.setSeats({ ...at, seats: " 7 " });
  await workspaces.setSeats({ ...at, seats: "7" });
  await workspaces.setSeats({ ...at, seats: "" });
  await workspaces.setDefaultRole({ ...at, role: "developer" });
  await workspaces.setKeyCreators({ ...at, keyCreators: "admins" });
  const events = await owner`
    select before, after from audit_events where workspace_id = ${acme.id} and action = 'workspace.policy_changed' order by at`;
  expect(events).toEqual([
    { before: { seats: null }, after: { seats: 7 } },
    { before: { seats: 7 }, after: { seats: null } },
    { before: { keyCreators: "developers" }, after: { keyCreators: "admins" } },
  ]);
});

test.each(["0", "-1", "1.5", "1e3", "100001", "five"])("%j is no number of seats", async (seats) => {
  const acme = await workspace();
  expect(await reasonOf(acme.admin.api.workspaces.setSeats({ workspace: acme.slug, seats }))).toBe("invalid_input");
});

test("there are never fewer seats than members, and no way in without one", async () => {
  const { acme, at, guest, token } = await offer();
  const { api } = acme.admin;
  await memberOf(acme, "viewer");
  expect(await reasonOf(api.workspaces.setSeats({ ...at, seats: "1" }))).toBe("seats_below_members");
  await api.workspaces.setSeats({ ...at, seats: "2" });
  const domain = `${acme.slug}.example`;
  await openDomain(acme, domain);
  await api.joining.setPage({ ...at, isOpen: true });
  const { url } = await api.inviteLinks.create({ ...at, role: "viewer", maxUses: 5, days: 7 });
  const [neighbour, asker, linked] = [await newPerson({ email: `a@${domain}` }), await newPerson(), await newPerson()];
  await asker.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await api.joinRequests.list(at)).rows[0]?.id ?? "";
  const ways = [
    () => guest.api.invitations.accept({ token }),
    () => neighbour.api.joining.joinByDomain({ slug: acme.slug }),
    () => linked.api.inviteLinks.join({ token: url.slice(url.lastIndexOf("/") + 1) }),
    () => api.joinRequests.approve({ ...at, requestId, role: "viewer" }),
  ];
  for (const way of ways) expect(await reasonOf(way())).toBe("seats_full");
  const [row] = await owner`
    select (select status from invitations where workspace_id = ${acme.id}) as invitation,
      (select status from join_requests where workspace_id = ${acme.id}) as request,
      (select uses from invite_links where workspace_id = ${acme.id}) as uses`;
  expect(row).toEqual({ invitation: "pending", request: "pending", uses: 0 });
  await api.workspaces.setSeats({ ...at, seats: "6" });
  for (const way of ways) await way();
  expect((await api.workspaces.get(at)).memberCount).toBe(6);
});

test("more may be invited than there are seats, and it is said", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug, role: "viewer" as const };
  const { invitations, workspaces } = acme.admin.api;
  expect((await invitations.create({ ...at, emails: "a@x.example" })).beyondSeats).toBe(0);
  await workspaces.setSeats({ workspace: acme.slug, seats: "3" });
  expect((await invitations.create({ ...at, emails: "b@x.example" })).beyondSeats).toBe(0);
  expect((await invitations.create({ ...at, emails: "c@x.example d@x.example" })).beyondSeats).toBe(2);
});

test("CR-06 five seats, four taken, fifteen who come in at once by three ways: five are taken, the others are told", async () => {
  const guests = await Promise.all(Array.from({ length: 10 }, () => newPerson()));
  const neighbours = await Promise.all([1, 2, 3].map((n) => newPerson({ email: `n${n}@seats.example` })));
  const askers = await Promise.all([newPerson(), newPerson()]);
  const admins = await Promise.all([newPerson(), newPerson()]);
  const others = await Promise.all([newPerson(), newPerson()]);
  for (let round = 0; round < 50; round++) {
    const ready = await fullButOne(round, { guests, neighbours, askers, admins, others });
    const outcomes: Promise<string>[] = [];
    const start = (call: Promise<unknown>) => {
      outcomes.push(
        call.then(
          () => "in",
          (error) => error.cause?.reason,
        ),
      );
    };
    await owner.begin(async (tx) => {
      await tx`select 1 from workspaces where id = ${ready.id} for update`;
      for (const [n, { api }] of guests.entries()) start(api.invitations.accept({ token: ready.tokens[n] ?? "" }));
      for (const { api } of neighbours) start(api.joining.joinByDomain({ slug: ready.slug }));
      for (const [n, { api }] of admins.entries())
        start(api.joinRequests.approve({ workspace: ready.slug, requestId: ready.requests[n] ?? "", role: "viewer" }));
      await waiting(15);
    });
    const counted = (await Promise.all(outcomes)).sort();
    expect(counted).toEqual(["in", ...Array(14).fill("seats_full")]);
    const [row] = await owner`
      select member_count, (select count(*)::int from memberships where workspace_id = id) as members
      from workspaces where id = ${ready.id}`;
    expect(row).toEqual({ member_count: 5, members: 5 });
  }
}, 300_000);

test("I3 the database itself refuses members beyond the seats, or in a personal workspace", async () => {
  const acme = await workspace();
  await acme.admin.api.workspaces.setSeats({ workspace: acme.slug, seats: "1" });
  await expect(memberOf(acme, "viewer")).rejects.toThrow("workspaces_seats");
  const ada = await newPerson();
  const { slug } = await ada.api.workspaces.create({ name: "Own", kind: "personal", creationKey: randomUUID() });
  const [own] = await owner`select id from workspaces where slug = ${slug}`;
  await expect(memberOf({ id: own?.id, slug, name: "Own", admin: ada }, "viewer")).rejects.toThrow(
    "workspaces_personal_alone",
  );
});

test("a personal workspace has one member: every way in, and out, is refused", async () => {
  const ada = await newPerson();
  const { slug } = await ada.api.workspaces.create({ name: "Own", kind: "personal", creationKey: randomUUID() });
  const at = { workspace: slug };
  const [own] = await owner`select id from workspaces where slug = ${slug}`;
  const domain = `own-${randomBytes(4).toString("hex")}.example`;
  const [guest, neighbour, asker] = [await newPerson(), await newPerson({ email: `a@${domain}` }), await newPerson()];
  // As if the offers had been made in spite of that.
  const { token, hash } = newToken();
  await owner`
    insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
    values (${own?.id}, ${guest.person.email}, 'admin', ${hash}, ${ada.person.id}, now() + interval '1 day')`;
  const link = newToken();
  await owner`
    insert into invite_links (workspace_id, token_hash, token_sealed, role, max_uses, created_by, expires_at)
    values (${own?.id}, ${link.hash}, ${randomBytes(60)}, 'viewer', 10, ${ada.person.id}, now() + interval '1 day')`;
  await openDomain({ id: own?.id, slug, name: "Own", admin: ada }, domain);
  const [request] = await owner`
    insert into join_requests (workspace_id, user_id) values (${own?.id}, ${asker.person.id}) returning id`;
  const refused = {
    invite: ada.api.invitations.create({ ...at, emails: "a@x.example", role: "viewer" }),
    "make a link": ada.api.inviteLinks.create({ ...at, role: "viewer", maxUses: 5, days: 7 }),
    "open the page": ada.api.joining.setPage({ ...at, isOpen: true }),
    "add a domain": ada.api.domains.add({ ...at, domain: "own.com", mode: "join" }),
    "set a default role": ada.api.workspaces.setDefaultRole({ ...at, role: "viewer" }),
    "set seats": ada.api.workspaces.setSeats({ ...at, seats: "5" }),
    leave: ada.api.members.leave(at),
    accept: guest.api.invitations.accept({ token }),
    "join by link": neighbour.api.inviteLinks.join({ token: link.token }),
    "join by domain": neighbour.api.joining.joinByDomain({ slug }),
    approve: ada.api.joinRequests.approve({ ...at, requestId: request?.id, role: "viewer" }),
  };
  const reasons = await Promise.all(
    Object.entries(refused).map(async ([what, call]) => [what, await reasonOf(call)] as const),
  );
  expect(reasons).toEqual(Object.keys(refused).map((what) => [what, "personal_workspace"]));
  const change = ada.api.members.changeRole({ ...at, userId: ada.person.id, role: "viewer" });
  expect(await reasonOf(change)).toBe("last_admin");
  expect(await reasonOf(ada.api.members.remove({ ...at, userId: ada.person.id }))).toBe("last_admin");
  expect((await ada.api.workspaces.get(at)).memberCount).toBe(1);
});

type Cast = Record<"guests" | "neighbours" | "askers" | "admins" | "others", Signed[]>;

/** Makes a workspace with one seat left, and people who try each way to join. */
async function fullButOne(round: number, { guests, askers, admins, others }: Cast) {
  await owner`delete from domains where domain = 'seats.example'`;
  await owner`truncate rate_buckets`;
  const slug = `seats-${round}`;
  const maker = admins[0]?.person.id ?? "";
  const [made] = await owner`
    insert into workspaces (slug, name, kind, created_by, creation_key, seats)
    values (${slug}, 'Seats', 'organization', ${maker}, ${randomUUID()}, 5) returning id`;
  const members = [...admins, ...others].map(({ person }) => person.id);
  for (const [n, userId] of members.entries()) await insertMember(owner, made?.id, userId, n < 2 ? "admin" : "viewer");
  await owner`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${made?.id}, 'seats.example', 'join', 'dns', 'verified', ${randomUUID()}, ${maker})`;
  const tokens = await Promise.all(
    guests.map(async ({ person }) => {
      const { token, hash } = newToken();
      await owner`
        insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
        values (${made?.id}, ${person.email}, 'developer', ${hash}, ${maker}, now() + interval '1 day')`;
      return token;
    }),
  );
  const requests = await Promise.all(
    askers.map(async ({ person }) => {
      const [row] = await owner`
        insert into join_requests (workspace_id, user_id) values (${made?.id}, ${person.id}) returning id`;
      return String(row?.id);
    }),
  );
  return { id: String(made?.id), slug, tokens, requests };
}

/** Resolves when this many statements of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const [row] =
      await owner`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (row?.n >= count) return;
    await new Promise(setImmediate);
  }
}
