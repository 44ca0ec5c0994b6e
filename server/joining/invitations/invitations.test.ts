import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { roles } from "@/server/access/permissions";
import { owner } from "@/tests/support/database";
import { mailedToken, offer } from "@/tests/support/offers";
import { memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { dump } from "@/tests/support/schema/rows";

const events = (where: TestWorkspace) =>
  owner`select action, actor_id, target_id, before, after from audit_events where workspace_id = ${where.id} and action <> 'workspace.created' order by at`;

test("every address has its own result: invited, a member, invited already, or none", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug, role: "viewer" as const };
  await acme.admin.api.invitations.create({ ...at, emails: "waiting@v.example" });
  const emails = `New@v.example, ${dev.person.email.toUpperCase()};waiting@v.example\nnonsense new@v.example`;
  expect((await acme.admin.api.invitations.create({ ...at, emails })).results).toEqual([
    { email: "new@v.example", outcome: "invited" },
    { email: dev.person.email, outcome: "already_member" },
    { email: "waiting@v.example", outcome: "already_invited" },
    { email: "nonsense", outcome: "invalid" },
  ]);
  const pending = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
  expect(pending.map(({ email }) => email).sort()).toEqual(["new@v.example", "waiting@v.example"]);
});

test("a text without one address invites no person and says which word is none", async () => {
  const acme = await workspace();
  const attempt = acme.admin.api.invitations.create({ workspace: acme.slug, emails: "ada at v.com", role: "viewer" });
  await expect(attempt).rejects.toMatchObject({ cause: { fields: { emails: expect.stringContaining("ada") } } });
  expect((await acme.admin.api.invitations.list({ workspace: acme.slug })).rows).toEqual([]);
});

test("a personal workspace makes no invitations", async () => {
  const { api } = await newPerson();
  const { slug } = await api.workspaces.create({ name: "Mine", kind: "personal", creationKey: randomUUID() });
  const attempt = api.invitations.create({ workspace: slug, emails: "a@v.example", role: "viewer" });
  expect(await reasonOf(attempt)).toBe("personal_workspace");
});

test("I4 no member without the right to invite gives any role, not even their own", async () => {
  const acme = await workspace();
  for (const own of ["developer", "billing", "viewer"] as const) {
    const { api } = await memberOf(acme, own);
    for (const role of roles) {
      const attempt = api.invitations.create({ workspace: acme.slug, emails: "a@v.example", role });
      expect([own, role, await reasonOf(attempt)]).toEqual([own, role, "not_permitted"]);
    }
  }
});

/** Inserts pending invitations. */
const fill = ({ id, admin }: TestWorkspace, n: number) => owner`
  insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
  select ${id}, 'p' || i || '@v.example', 'viewer', sha256((${id} || i::text)::bytea), ${admin.person.id}, now() + interval '1 day'
  from generate_series(1, ${n}) i`;

test("a thousand invitations may be pending: the next is refused, and with it all that came along", async () => {
  const acme = await workspace();
  await fill(acme, 999);
  const invite = (emails: string) =>
    acme.admin.api.invitations.create({ workspace: acme.slug, role: "viewer", emails });
  expect(await reasonOf(invite("a@v.example b@v.example"))).toBe("too_many_pending");
  const pending = async () =>
    (await owner`select id from invitations where workspace_id = ${acme.id} and status = 'pending'`) as unknown as {
      id: string;
    }[];
  expect(await pending()).toHaveLength(999);
  await invite("a@v.example");
  expect(await reasonOf(invite("b@v.example"))).toBe("too_many_pending");
  // A revoked or expired invitation makes room.
  const [first, second] = await pending();
  await acme.admin.api.invitations.revoke({ workspace: acme.slug, invitationId: first?.id ?? "" });
  expect((await invite("b@v.example")).results).toMatchObject([{ outcome: "invited" }]);
  await owner`update invitations set expires_at = now() where id = ${second?.id ?? null}`;
  expect((await invite("c@v.example")).results).toMatchObject([{ outcome: "invited" }]);
  expect((await acme.admin.api.invitations.list({ workspace: acme.slug })).total).toBe(1_000);
});

test("fifty addresses are taken at a time", async () => {
  const acme = await workspace();
  const emails = Array.from({ length: 51 }, (_, i) => `q${i}@v.example`).join();
  const attempt = acme.admin.api.invitations.create({ workspace: acme.slug, role: "viewer", emails });
  expect(await reasonOf(attempt)).toBe("too_many_addresses");
});

test("simultaneous invitations do not get past the thousand together", async () => {
  const acme = await workspace();
  await fill(acme, 950);
  const admins = await Promise.all([0, 1, 2, 3].map(() => memberOf(acme, "admin")));
  const outcomes = await Promise.allSettled(
    admins.map(({ api }, n) =>
      api.invitations.create({
        workspace: acme.slug,
        role: "viewer",
        emails: Array.from({ length: 20 }, (_, i) => `r${n}-${i}@v.example`).join(" "),
      }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  const [row] = await owner`select count(*)::int as n from invitations where workspace_id = ${acme.id}`;
  expect(row?.n).toBe(990);
});

test("twenty simultaneous invitations to one address are one", async () => {
  const acme = await workspace();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () =>
      acme.admin.api.invitations.create({ workspace: acme.slug, emails: "one@v.example", role: "viewer" }),
    ),
  );
  const results = outcomes.flatMap((outcome) => outcome.results.map((result) => result.outcome));
  expect(results.filter((result) => result === "invited")).toHaveLength(1);
  expect(results.filter((result) => result === "already_invited")).toHaveLength(19);
  expect((await events(acme)).map(({ action }) => action)).toEqual(["invitation.created"]);
});

test("IS-24 workspaces that invite the same people at the same moment, in other orders, do not wait for each other", async () => {
  const people = Array.from({ length: 50 }, (_, index) => `person-${index}@shared.example`);
  const orders = [people, people.toReversed(), people.toSorted(), people.toSorted().toReversed()];
  const all = await Promise.all(orders.map(() => workspace()));
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.all(
      all.map(({ admin, slug }, index) =>
        admin.api.invitations.create({ workspace: slug, emails: orders[index]?.join(" ") ?? "", role: "viewer" }),
      ),
    );
    expect(outcomes.flatMap(({ results }) => results).every(({ outcome }) => outcome === "invited")).toBe(true);
    await owner`delete from invitations where workspace_id = any(${all.map(({ id }) => id)})`;
    await owner`delete from rate_buckets`;
  }
});

test.each(["resend", "copyLink"] as const)("%s makes a new link and kills the old one", async (verb) => {
  const { acme, at, guest, id, token } = await offer();
  await owner`update invitations set expires_at = now() + interval '1 minute' where id = ${id}`;
  const answer = await acme.admin.api.invitations[verb]({ ...at, invitationId: id });
  const fresh = answer ? (new URL(answer.url).pathname.split("/").at(-1) ?? "") : await mailedToken(guest.person.email);
  expect(fresh).not.toBe(token);
  for (const act of ["get", "accept", "decline"] as const)
    expect(await reasonOf(guest.api.invitations[act]({ token }))).toBe("not_found");
  expect(await guest.api.invitations.get({ token: fresh })).toMatchObject({ state: "open", role: "developer" });
  const [row] =
    await owner`select expires_at > now() + interval '6 days 23 hours' as is_renewed from invitations where id = ${id}`;
  expect(row?.is_renewed).toBe(true);
});

test("a copied link is at APP_URL, whatever else the server may be called", async () => {
  const { acme, at, guest, id } = await offer();
  const { url, email } = await acme.admin.api.invitations.copyLink({ ...at, invitationId: id });
  expect(url).toMatch(/^http:\/\/localhost:3000\/invite\/[\w-]{43}$/);
  expect(email).toBe(guest.person.email);
});

test.each(["resend", "copyLink", "revoke"] as const)(
  "%s refuses an invitation that is no longer pending",
  async (verb) => {
    const { acme, at, guest, id, token } = await offer();
    await guest.api.invitations.accept({ token });
    expect(await reasonOf(acme.admin.api.invitations[verb]({ ...at, invitationId: id }))).toBe("invitation_settled");
    expect(await reasonOf(acme.admin.api.invitations[verb]({ ...at, invitationId: randomUUID() }))).toBe("not_found");
  },
);

test("inviting again renews an invitation that has expired, with the new role and a new link", async () => {
  const { acme, at, guest, id, token } = await offer();
  await owner`update invitations set expires_at = now() where id = ${id}`;
  expect(await guest.api.invitations.get({ token })).toMatchObject({ state: "invitation_expired" });
  const { results } = await acme.admin.api.invitations.create({ ...at, emails: guest.person.email, role: "billing" });
  expect(results).toEqual([{ email: guest.person.email, outcome: "invited" }]);
  expect(await reasonOf(guest.api.invitations.get({ token }))).toBe("not_found");
  await guest.api.invitations.accept({ token: await mailedToken(guest.person.email) });
  expect(await guest.api.workspaces.get(at)).toMatchObject({ role: "billing" });
});

test("PA-06 every change of an invitation leaves one audit row, with who and what and without the link", async () => {
  const { acme, at, id } = await offer();
  await acme.admin.api.invitations.resend({ ...at, invitationId: id });
  await acme.admin.api.invitations.copyLink({ ...at, invitationId: id });
  await acme.admin.api.invitations.revoke({ ...at, invitationId: id });
  const { guest: declining, token: declined, id: declinedId } = await offer({ acme });
  await declining.api.invitations.decline({ token: declined });
  const { guest: joining, token: accepted } = await offer({ acme });
  await joining.api.invitations.accept({ token: accepted });
  const admin = acme.admin.person.id;
  const rows = await events(acme);
  expect(rows.map(({ action, actor_id }) => [action, actor_id])).toEqual([
    ["invitation.created", admin],
    ["invitation.resent", admin],
    ["invitation.link_made", admin],
    ["invitation.revoked", admin],
    ["invitation.created", admin],
    ["invitation.declined", declining.person.id],
    ["invitation.created", admin],
    ["invitation.accepted", joining.person.id],
  ]);
  for (const row of rows.slice(0, 4)) expect(row).toMatchObject({ target_id: id, after: { role: "developer" } });
  expect(rows[5]).toMatchObject({ target_id: declinedId });
  expect(rows[7]).toMatchObject({ target_id: joining.person.id, after: { role: "developer", invitedBy: admin } });
  for (const token of [declined, accepted]) expect(JSON.stringify(rows)).not.toContain(token);
});

test("I9 an invitation, its mail and its audit row are made together or not at all", async () => {
  const acme = await workspace();
  const before = await dump(owner);
  for (const table of ["audit_events", "mail_outbox", "invitations"]) {
    await owner.unsafe(`alter table ${table} add constraint broken check (false) not valid`);
    const attempt = acme.admin.api.invitations.create({ workspace: acme.slug, emails: "a@v.example", role: "viewer" });
    expect([table, await reasonOf(attempt)]).toEqual([table, "bug"]);
    await owner.unsafe(`alter table ${table} drop constraint broken`);
    expect(await dump(owner)).toEqual(before);
  }
});

test("AU-17 a stolen database contains no link that opens an invitation", async () => {
  const { acme, at, guest, id, token } = await offer();
  const { url } = await acme.admin.api.invitations.copyLink({ ...at, invitationId: id });
  await acme.admin.api.invitations.resend({ ...at, invitationId: id });
  const tokens = [token, url.split("/").at(-1) ?? "", await mailedToken(guest.person.email)];
  const stolen = [...(await dump(owner)).values()].join("\n");
  expect(stolen).toContain(id);
  for (const text of tokens) {
    const raw = Buffer.from(text, "base64url");
    for (const form of [
      text,
      raw.toString("hex"),
      raw.toString("base64").slice(0, -2),
      Buffer.from(text).toString("hex"),
    ])
      expect(stolen).not.toContain(form);
  }
});

test("pending invitations are found by a part of the address, sorted, and paged through in both directions", async () => {
  const acme = await workspace();
  await fill(acme, 120);
  const at = { workspace: acme.slug };
  const list = (query: object) => acme.admin.api.invitations.list({ ...at, ...query });
  const all = (
    await owner`select email from invitations where workspace_id = ${acme.id} order by email collate "default"`
  ).map(({ email }) => String(email));
  const seen: string[] = [];
  let page = await list({ sort: "address" });
  expect([page.rows.length, page.total, page.previous]).toEqual([50, 120, null]);
  for (;;) {
    seen.push(...page.rows.map(({ email }) => email));
    if (page.next === null) break;
    page = await list({ sort: "address", after: page.next });
  }
  expect(seen).toEqual(all);
  const back = await list({ sort: "address", before: page.previous ?? "" });
  expect(back.rows.map(({ email }) => email)).toEqual(all.slice(50, 100));
  expect((await list({ sort: "address", order: "desc" })).rows[0]?.email).toBe(all.at(-1));
  const [one = ""] = all;
  expect(await list({ search: one.toUpperCase() })).toMatchObject({ rows: [{ email: one }], total: 1, next: null });
  expect((await list({ search: "100%" })).rows).toEqual([]);
  for (const sort of ["newest", "expiry"] as const) expect((await list({ sort })).rows).toHaveLength(50);
  // Addresses of the greatest possible length.
  await owner`
    update invitations set email = left(split_part(email, '@', 1) || '@' || repeat(repeat('x', 60) || '.', 4), 245) || '.example'
    where workspace_id = ${acme.id}`;
  const { next } = await list({ sort: "address" });
  expect((await list({ sort: "address", after: next ?? "" })).previous).not.toBeNull();
});
