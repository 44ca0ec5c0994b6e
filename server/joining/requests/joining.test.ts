import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const linkOf = async (
  where: TestWorkspace,
  values: { maxUses?: number; domain?: string; role?: "developer" | "billing" | "viewer" } = {},
) => {
  const { url } = await where.admin.api.inviteLinks.create({
    workspace: where.slug,
    role: "viewer",
    maxUses: 5,
    days: 7,
    ...values,
  });
  return { token: url.slice(url.lastIndexOf("/") + 1) };
};

const membersOf = async (where: TestWorkspace) => (await where.admin.api.members.list({ workspace: where.slug })).total;

test("a link brings in five and no sixth", async () => {
  const acme = await workspace();
  const link = await linkOf(acme);
  for (let i = 0; i < 5; i++) {
    const { api } = await newPerson();
    expect((await api.inviteLinks.inspect(link)).state).toBe("open");
    expect(await api.inviteLinks.join(link)).toEqual({ slug: acme.slug });
  }
  const sixth = await newPerson();
  expect((await sixth.api.inviteLinks.inspect(link)).state).toBe("closed");
  expect(await reasonOf(sixth.api.inviteLinks.join(link))).toBe("link_closed");
  expect(await membersOf(acme)).toBe(6);
});

test("the last use of a link goes to one of those who want it at the same moment", async () => {
  const acme = await workspace();
  const link = await linkOf(acme, { maxUses: 2 });
  const people = await Promise.all(Array.from({ length: 8 }, () => newPerson()));
  const outcomes = await Promise.allSettled(people.map(({ api }) => api.inviteLinks.join(link)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(await membersOf(acme)).toBe(3);
});

test("coming again takes no second use", async () => {
  const acme = await workspace();
  const link = await linkOf(acme, { maxUses: 1 });
  const { api } = await newPerson();
  await Promise.all([api.inviteLinks.join(link), api.inviteLinks.join(link), api.inviteLinks.join(link)]);
  expect((await acme.admin.api.inviteLinks.get({ workspace: acme.slug }))?.uses).toBe(1);
  expect(await membersOf(acme)).toBe(2);
});

test("a link for one domain refuses addresses elsewhere, subdomains and look-alikes", async () => {
  const acme = await workspace();
  const link = await linkOf(acme, { domain: "@Acme.com" });
  for (const email of ["a@evil.com", "a@evil.acme.com", "a@acme.com.evil.com", "a@notacme.com"]) {
    const { api } = await newPerson({ email: `${Math.random().toString(36).slice(2)}${email}` });
    expect((await api.inviteLinks.inspect(link)).state).toBe("wrong_domain");
    expect(await reasonOf(api.inviteLinks.join(link))).toBe("link_wrong_domain");
  }
  const { api } = await newPerson({ email: `${Math.random().toString(36).slice(2)}@acme.com` });
  expect(await api.inviteLinks.join(link)).toEqual({ slug: acme.slug });
});

test("a link that was switched off, replaced or has expired opens nothing; the new one does", async () => {
  const acme = await workspace();
  const { api } = await newPerson();
  const off = await linkOf(acme);
  await acme.admin.api.inviteLinks.end({ workspace: acme.slug });
  expect(await reasonOf(api.inviteLinks.join(off))).toBe("link_closed");
  expect(await reasonOf(acme.admin.api.inviteLinks.end({ workspace: acme.slug }))).toBe("link_none");
  const replaced = await linkOf(acme);
  const current = await linkOf(acme);
  expect(await reasonOf(api.inviteLinks.join(replaced))).toBe("link_closed");
  await owner`update invite_links set expires_at = now() where workspace_id = ${acme.id} and ended_at is null`;
  expect(await reasonOf(api.inviteLinks.join(current))).toBe("link_closed");
  const anew = await linkOf(acme);
  expect(await api.inviteLinks.join(anew)).toEqual({ slug: acme.slug });
});

test("a link is worth what its maker may still give, and never makes Admins", async () => {
  const acme = await workspace();
  const maker = await memberOf(acme, "admin");
  const { url } = await maker.api.inviteLinks.create({ workspace: acme.slug, role: "developer", maxUses: 5, days: 7 });
  const link = { token: url.slice(url.lastIndexOf("/") + 1) };
  await acme.admin.api.members.changeRole({ workspace: acme.slug, userId: maker.person.id, role: "viewer" });
  const { api } = await newPerson();
  expect(await reasonOf(api.inviteLinks.join(link))).toBe("inviter_lost_authority");
  expect((await owner`select uses from invite_links where workspace_id = ${acme.id}`)[0]?.uses).toBe(0);
  expect(
    await reasonOf(
      acme.admin.api.inviteLinks.create({ workspace: acme.slug, role: "admin" as never, maxUses: 5, days: 7 }),
    ),
  ).toBe("invalid_input");
});

test("an Admin can copy the link again, and the database alone cannot", async () => {
  const acme = await workspace();
  const { token } = await linkOf(acme);
  expect((await acme.admin.api.inviteLinks.get({ workspace: acme.slug }))?.url).toBe(
    `http://localhost:3000/link/${token}`,
  );
  const [row] = await owner`select invite_links::text as whole from invite_links where workspace_id = ${acme.id}`;
  expect(row?.whole).not.toContain(token);
  expect(row?.whole).not.toContain(Buffer.from(token).toString("hex"));
});

test("a link needs a verified address", async () => {
  const acme = await workspace();
  const link = await linkOf(acme);
  const { api } = await newPerson({ isVerified: false });
  expect(await reasonOf(api.inviteLinks.join(link))).toBe("verify_email");
});

const openPage = (where: TestWorkspace) => where.admin.api.joining.setPage({ workspace: where.slug, isOpen: true });

test("a join page that is closed, unknown or of a personal workspace is the same nothing", async () => {
  const acme = await workspace();
  const { api } = await newPerson();
  const answers = await Promise.all(
    [acme.slug, "no-such-workspace"].map((slug) => api.joining.page({ slug }).catch((error: Error) => error.message)),
  );
  expect(new Set(answers).size).toBe(1);
  expect(await reasonOf(api.joining.askAtPage({ slug: acme.slug }))).toBe("not_found");
});

test("a person without an invitation asks once, is let in with the role an Admin gives, and both are told", async () => {
  const acme = await workspace();
  await openPage(acme);
  const grace = await newPerson();
  await Promise.all(Array.from({ length: 5 }, () => grace.api.joining.askAtPage({ slug: acme.slug })));
  const { rows, total } = await acme.admin.api.joinRequests.list({ workspace: acme.slug });
  expect(total).toBe(1);
  expect((await grace.api.joining.open()).requests).toMatchObject([{ status: "pending" }]);
  const request = { workspace: acme.slug, requestId: rows[0]?.id ?? "", role: "billing" as const };
  const second = await memberOf(acme, "admin");
  await Promise.all([acme.admin.api.joinRequests.approve(request), second.api.joinRequests.approve(request)]);
  const found =
    await owner`select role from memberships where workspace_id = ${acme.id} and user_id = ${grace.person.id}`;
  expect(found).toEqual([{ role: "billing" }]);
  const events =
    await owner`select action from audit_events where workspace_id = ${acme.id} and target_id = ${grace.person.id} order by at`;
  expect(events.map(({ action }) => action)).toEqual(["join_request.made", "join_request.approved"]);
  const mailed =
    await owner`select template, count(*)::int as n from mail_outbox where template in ('join-request', 'request-answered') group by template order by template`;
  expect(mailed).toEqual([
    { template: "join-request", n: 1 },
    { template: "request-answered", n: 1 },
  ]);
});

test("approving and declining at the same moment has one outcome, and the second Admin learns it", async () => {
  for (let round = 0; round < 20; round++) {
    const acme = await workspace();
    await openPage(acme);
    const grace = await newPerson();
    await grace.api.joining.askAtPage({ slug: acme.slug });
    const second = await memberOf(acme, "admin");
    const requestId = (await acme.admin.api.joinRequests.list({ workspace: acme.slug })).rows[0]?.id ?? "";
    const [approved, declined] = await Promise.allSettled([
      acme.admin.api.joinRequests.approve({ workspace: acme.slug, requestId, role: "viewer" }),
      second.api.joinRequests.decline({ workspace: acme.slug, requestId }),
    ]);
    expect([approved?.status, declined?.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(await membersOf(acme)).toBe(approved?.status === "fulfilled" ? 3 : 2);
  }
});

test("a declined request says so, twice is once, and asking again is possible", async () => {
  const acme = await workspace();
  await openPage(acme);
  const grace = await newPerson();
  await grace.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await acme.admin.api.joinRequests.list({ workspace: acme.slug })).rows[0]?.id ?? "";
  await acme.admin.api.joinRequests.decline({ workspace: acme.slug, requestId });
  await acme.admin.api.joinRequests.decline({ workspace: acme.slug, requestId });
  expect((await grace.api.joining.open()).requests).toMatchObject([{ status: "declined" }]);
  await grace.api.joining.askAtPage({ slug: acme.slug });
  expect((await acme.admin.api.joinRequests.list({ workspace: acme.slug })).total).toBe(1);
});

test("a request can be taken back only by the person who made it", async () => {
  const acme = await workspace();
  await openPage(acme);
  const grace = await newPerson();
  await grace.api.joining.askAtPage({ slug: acme.slug });
  const requestId = (await grace.api.joining.open()).requests[0]?.id ?? "";
  const mallory = await newPerson();
  expect(await reasonOf(mallory.api.joining.withdraw({ requestId }))).toBe("not_found");
  await grace.api.joining.withdraw({ requestId });
  expect(await reasonOf(acme.admin.api.joinRequests.approve({ workspace: acme.slug, requestId, role: "viewer" }))).toBe(
    "request_settled",
  );
  expect(await membersOf(acme)).toBe(1);
});

test("a person with a way into a full workspace asks for a seat, and an Admin adds one by approving", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const link = await linkOf(acme);
  const [grace, linus] = [await newPerson(), await newPerson()];
  await acme.admin.api.invitations.create({ ...at, emails: grace.person.email, role: "viewer" });
  const [offer] = await grace.api.invitations.mine();
  const invitationId = offer?.id ?? "";
  expect(await reasonOf(grace.api.invitations.askForSeat({ invitationId }))).toBe("seat_free");
  await acme.admin.api.workspaces.setSeats({ ...at, seats: "1" });
  expect(await reasonOf(grace.api.invitations.acceptMine({ invitationId }))).toBe("seats_full");
  expect(await grace.api.invitations.mine()).toMatchObject([{ isFull: true }]);
  await grace.api.invitations.askForSeat({ invitationId });
  expect(await reasonOf(linus.api.invitations.askForSeat({ invitationId }))).toBe("not_found");
  expect((await linus.api.inviteLinks.inspect(link)).state).toBe("full");
  await linus.api.inviteLinks.ask(link);
  const { rows, isFull } = await acme.admin.api.joinRequests.list(at);
  expect([rows.length, isFull]).toEqual([2, true]);
  const [first] = rows;
  const one = { ...at, requestId: first?.id ?? "", role: "viewer" } as const;
  expect(await reasonOf(acme.admin.api.joinRequests.approve(one))).toBe("seats_full");
  // Two simultaneous approvals add one seat for the one person.
  const second = await memberOfFull(acme);
  await Promise.all([acme.admin, second].map(({ api }) => api.joinRequests.approve({ ...one, addSeat: true })));
  expect(await owner`select seats, member_count from workspaces where id = ${acme.id}`).toEqual([
    { seats: 3, member_count: 3 },
  ]);
});

/** Creates a second Admin of a workspace with one seat, and a seat for them. */
async function memberOfFull(where: TestWorkspace) {
  await owner`update workspaces set seats = seats + 1 where id = ${where.id}`;
  return memberOf(where, "admin");
}
