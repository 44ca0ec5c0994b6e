import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { t } from "@/server/api/trpc";
import { recordRefused } from "@/server/audit/refused";
import { appRouter } from "@/server/composition/router";
import { seal } from "@/server/platform/sealed";
import { owner } from "@/tests/support/database";
import { queuedMails } from "@/tests/support/mails";
import { offer, type TestOffer } from "@/tests/support/offers";
import { apiFor, memberOf, newPerson, reasonOf, workspace } from "@/tests/support/people";
import { dump, rowsOf } from "@/tests/support/schema/rows";
import { answerToken } from "./link";

beforeEach(async () => {
  await owner`delete from rate_buckets`;
});

const visitor = apiFor(null).invitations;
const tokenOf = ({ acme, id }: TestOffer) => answerToken(acme.id, id);
const rowOf = async ({ id }: TestOffer) =>
  (
    await owner`select status, settled_at is not null as is_settled, reported_at is not null as is_reported
    from invitations where id = ${id}`
  )[0];

/** Returns the audit rows of an invitation since its creation. */
const trailOf = async ({ id }: TestOffer) =>
  (await owner`
    select action, actor_id, host(ip) as ip from audit_events where target_id = ${id} and action <> 'invitation.created'
    order by at`) as unknown as { action: string; actor_id: string | null; ip: string }[];

test("both mails' links name the invitation, and a signed-out visitor with one sees what the mail said", async () => {
  const made = await offer({ role: "billing" });
  const [mail] = (await queuedMails("invitation")).filter(({ to }) => to === made.guest.person.email);
  for (const [prop, path] of [
    ["declineUrl", "/decline/"],
    ["reportUrl", "/report/"],
  ] as const) {
    const url = new URL(String(mail?.props[prop]));
    expect(url.href).toMatch(new RegExp(`^http://localhost:3000${path}[\\w-]{80}$`));
    expect(await visitor.inspectByMail({ token: url.pathname.slice(path.length) })).toEqual({
      state: "open",
      workspaceName: made.acme.name,
      inviterName: made.acme.admin.person.name,
      role: "billing",
      address: "p•••@example.com",
    });
  }
});

test("a visitor without an account declines: it ends, a row says so without naming a person, and no mail is sent", async () => {
  const made = await offer();
  const mails = await owner`select 1 from mail_outbox`;
  expect(await visitor.declineByMail({ token: tokenOf(made) })).toEqual({ state: "declined" });
  expect(await rowOf(made)).toEqual({ status: "declined", is_settled: true, is_reported: false });
  expect(await trailOf(made)).toEqual([{ action: "invitation.declined_by_mail", actor_id: null, ip: "203.0.113.7" }]);
  expect(await owner`select 1 from mail_outbox`).toHaveLength(mails.length);
  expect(await reasonOf(made.guest.api.invitations.accept({ token: made.token }))).toBe("invitation_declined");
  // It no longer counts as pending, and the address may be invited again.
  expect((await made.acme.admin.api.invitations.list(made.at)).rows).toEqual([]);
  const again = await made.acme.admin.api.invitations.create({
    ...made.at,
    emails: made.guest.person.email,
    role: "viewer",
  });
  expect(again.results).toMatchObject([{ outcome: "invited" }]);
});

test("a person who is signed in as the invited one is named; another account that holds the link is not", async () => {
  const [own, others] = [await offer(), await offer()];
  await own.guest.api.invitations.declineByMail({ token: tokenOf(own) });
  await (await newPerson()).api.invitations.reportByMail({ token: tokenOf(others) });
  expect(await trailOf(own)).toMatchObject([{ action: "invitation.declined", actor_id: own.guest.person.id }]);
  expect(await trailOf(others)).toMatchObject([{ action: "invitation.reported_by_mail", actor_id: null }]);
});

describe("reporting", () => {
  test("ends the invitation, tells every Admin by mail whatever mails they chose, and no other person", async () => {
    const acme = await workspace();
    const [second] = [await memberOf(acme, "admin"), await memberOf(acme, "developer")];
    await second.api.account.chooseMails({ topics: [] });
    const made = await offer({ acme, by: second, role: "viewer" });
    expect(await visitor.reportByMail({ token: tokenOf(made) })).toEqual({ state: "reported" });
    expect(await rowOf(made)).toEqual({ status: "declined", is_settled: true, is_reported: true });
    expect((await trailOf(made)).map(({ action }) => action)).toEqual(["invitation.reported_by_mail"]);
    const mails = (await queuedMails("invitation-reported")).filter(({ props }) => props.workspaceName === acme.name);
    expect(mails.map(({ to }) => to).sort()).toEqual([acme.admin.person.email, second.person.email].sort());
    expect(mails[0]?.props).toEqual({
      url: `http://localhost:3000/w/${acme.slug}/audit`,
      invitedEmail: made.guest.person.email,
      inviterName: second.person.name,
      inviterEmail: second.person.email,
      workspaceName: acme.name,
      role: "Viewer",
      origin: "http://localhost:3000",
    });
  });

  test("keeps the workspace, and no other, from inviting that address: refused at the field by name, and row by row in a list", async () => {
    const made = await offer();
    const { email } = made.guest.person;
    await visitor.reportByMail({ token: tokenOf(made) });
    const before = await rowsOf(owner, made.acme.id);
    const { invitations } = made.acme.admin.api;
    const refused = invitations.create({
      ...made.at,
      emails: `new@example.com, ${email.toUpperCase()}`,
      role: "viewer",
    });
    await expect(refused).rejects.toMatchObject({
      cause: {
        reason: "invitations_unwanted",
        fields: { emails: `Reported an invitation of this workspace, and cannot be invited again: ${email}.` },
      },
    });
    expect(await rowsOf(owner, made.acme.id)).toBe(before);

    const list = `${email},viewer\nfresh@example.com,viewer`;
    const preview = await invitations.previewMany({ ...made.at, list, role: "viewer" });
    expect(preview.rows.map(({ problem }) => problem)).toEqual(["reported", null]);
    const { results } = await invitations.createMany({ ...made.at, list });
    expect(results.map(({ outcome }) => outcome)).toEqual(["reported", "invited"]);

    const other = await workspace();
    const invited = await other.admin.api.invitations.create({ workspace: other.slug, emails: email, role: "viewer" });
    expect(invited.results).toMatchObject([{ outcome: "invited" }]);
  });

  test("by many is said of three by name", async () => {
    const acme = await workspace();
    const emails: string[] = [];
    for (let i = 0; i < 5; i++) {
      const made = await offer({ acme });
      await visitor.reportByMail({ token: tokenOf(made) });
      emails.push(made.guest.person.email);
    }
    const refused = acme.admin.api.invitations.create({
      workspace: acme.slug,
      emails: emails.join(" "),
      role: "viewer",
    });
    await expect(refused).rejects.toMatchObject({
      cause: { fields: { emails: expect.stringMatching(/: [^,]+, [^,]+, [^,]+ and 2 more\.$/) } },
    });
  });

  test("leaves the ways in that the person takes themselves", async () => {
    const made = await offer();
    await visitor.reportByMail({ token: tokenOf(made) });
    await made.acme.admin.api.joining.setPage({ ...made.at, isOpen: true });
    await made.guest.api.joining.askAtPage({ slug: made.acme.slug });
    const [request] = (await made.acme.admin.api.joinRequests.list(made.at)).rows;
    await made.acme.admin.api.joinRequests.approve({ ...made.at, requestId: request?.id ?? "", role: "viewer" });
    expect(await made.guest.api.workspaces.get(made.at)).toMatchObject({ role: "viewer" });
  });
});

const closings: Record<string, { close: (made: TestOffer) => Promise<unknown>; state: string }> = {
  accepted: { close: ({ guest, token }) => guest.api.invitations.accept({ token }), state: "accepted" },
  "declined while signed in": {
    close: ({ guest, token }) => guest.api.invitations.decline({ token }),
    state: "declined",
  },
  "declined by mail": { close: (made) => visitor.declineByMail({ token: tokenOf(made) }), state: "declined" },
  reported: { close: (made) => visitor.reportByMail({ token: tokenOf(made) }), state: "reported" },
  revoked: {
    close: ({ acme, at, id }) => acme.admin.api.invitations.revoke({ ...at, invitationId: id }),
    state: "revoked",
  },
  expired: {
    close: ({ id }) => owner`update invitations set expires_at = now() - interval '1 second' where id = ${id}`,
    state: "expired",
  },
};

test.each(Object.entries(closings))(
  "an answer to an invitation that was %s says so and changes nothing",
  async (_, it) => {
    const made = await offer();
    await it.close(made);
    const before = await rowsOf(owner, made.acme.id);
    const mails = await owner`select 1 from mail_outbox`;
    const token = tokenOf(made);
    expect(await visitor.inspectByMail({ token })).toEqual({ state: it.state });
    expect(await visitor.declineByMail({ token })).toEqual({ state: it.state });
    expect(await visitor.reportByMail({ token })).toEqual({ state: it.state });
    expect(await rowsOf(owner, made.acme.id)).toBe(before);
    expect(await owner`select 1 from mail_outbox`).toHaveLength(mails.length);
  },
);

test("the link of the first mail still turns the invitation down after it was sent again or handed over", async () => {
  const made = await offer();
  const token = tokenOf(made);
  await made.acme.admin.api.invitations.resend({ ...made.at, invitationId: made.id });
  await made.acme.admin.api.invitations.copyLink({ ...made.at, invitationId: made.id });
  expect(await visitor.declineByMail({ token })).toEqual({ state: "declined" });
});

test("a link opens nothing else: it accepts nothing, and an invitation's own token turns nothing down", async () => {
  const made = await offer();
  const token = tokenOf(made);
  for (const attempt of [
    () => made.guest.api.invitations.accept({ token }),
    () => made.guest.api.invitations.get({ token }),
    () => visitor.inspectByMail({ token: made.token }),
    () => visitor.declineByMail({ token: made.token }),
  ])
    expect(await reasonOf(attempt())).toBe("invalid_input");
  expect(await rowOf(made)).toMatchObject({ status: "pending" });
});

test("a link that was made up, changed, sealed for something else, or is of nothing is not found", async () => {
  const made = await offer();
  const named = Buffer.from((made.acme.id + made.id).replaceAll("-", ""), "hex");
  const changed = Buffer.from(tokenOf(made), "base64url");
  changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
  const other = await workspace();
  const tokens = [
    randomBytes(60).toString("base64url"),
    changed.toString("base64url"),
    seal("invite link", named).toString("base64url"),
    answerToken(made.acme.id, randomUUID()),
    // Another workspace's id does not open this workspace's invitation.
    answerToken(other.id, made.id),
  ];
  const before = await rowsOf(owner, made.acme.id);
  for (const token of tokens) {
    expect(await reasonOf(visitor.inspectByMail({ token }))).toBe("not_found");
    expect(await reasonOf(visitor.declineByMail({ token }))).toBe("not_found");
    expect(await reasonOf(visitor.reportByMail({ token }))).toBe("not_found");
  }
  expect(await rowsOf(owner, made.acme.id)).toBe(before);
});

test("AU-17 nothing in the database is a link, or makes one", async () => {
  const made = await offer();
  const token = tokenOf(made);
  await visitor.reportByMail({ token });
  for (const [, text] of await dump(owner)) expect(text).not.toContain(token);
});

test("a deleted workspace has nothing to answer", async () => {
  const made = await offer();
  await made.acme.admin.api.workspaces.remove({ workspace: made.acme.slug, confirmation: made.acme.name });
  expect(await reasonOf(visitor.inspectByMail({ token: tokenOf(made) }))).toBe("not_found");
  expect(await reasonOf(visitor.reportByMail({ token: tokenOf(made) }))).toBe("not_found");
  expect(await rowOf(made)).toMatchObject({ status: "pending" });
});

test("a client that answers too often is refused for a while, also with links that name nothing, and others are not", async () => {
  const attempt = () => visitor.declineByMail({ token: randomBytes(60).toString("base64url") });
  for (let i = 0; i < 60; i++) expect(await reasonOf(attempt())).toBe("not_found");
  const made = await offer();
  expect(await reasonOf(visitor.declineByMail({ token: tokenOf(made) }))).toBe("too_many");
  expect(await rowOf(made)).toMatchObject({ status: "pending" });
  const origin = { requestId: randomUUID(), ip: "203.0.113.8", userAgent: "test" };
  const elsewhere = t.createCallerFactory(appRouter)({ person: null, origin, recordRefused });
  expect(await elsewhere.invitations.declineByMail({ token: tokenOf(made) })).toEqual({ state: "declined" });
});

/** Resolves when this many statements of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await owner`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (row?.n >= count) return;
    await new Promise(setImmediate);
  }
}

type Racer = (made: TestOffer) => Promise<unknown>;

const acceptIt: Racer = ({ guest, token }) => guest.api.invitations.accept({ token });
const declineIt: Racer = (made) => visitor.declineByMail({ token: tokenOf(made) });
const reportIt: Racer = (made) => visitor.reportByMail({ token: tokenOf(made) });
const revokeIt: Racer = ({ acme, at, id }) => acme.admin.api.invitations.revoke({ ...at, invitationId: id });

test.each<[string, Racer, Racer]>([
  ["accepting and declining", acceptIt, declineIt],
  ["accepting and reporting", acceptIt, reportIt],
  ["declining and reporting", declineIt, reportIt],
  ["declining twice", declineIt, declineIt],
  ["revoking and reporting", revokeIt, reportIt],
])("CR-03 of %s at one barrier, one wins and leaves one row", { timeout: 60_000 }, async (_, one, other) => {
  for (let round = 0; round < 10; round++) {
    await owner`delete from rate_buckets`;
    const made = await offer();
    const outcomes: Promise<unknown>[] = [];
    // Both have arrived before either continues.
    await owner.begin(async (tx) => {
      await tx`select from invitations where id = ${made.id} for update`;
      outcomes.push(...(round % 2 ? [one(made), other(made)] : [other(made), one(made)]));
      for (const outcome of outcomes) outcome.catch(() => {});
      await waiting(2);
    });
    await Promise.allSettled(outcomes);
    const row = await rowOf(made);
    const [members] = await owner`
      select count(*)::int as n from memberships where workspace_id = ${made.acme.id} and user_id = ${made.guest.person.id}`;
    expect(members?.n).toBe(row?.status === "accepted" ? 1 : 0);
    const mails = (await queuedMails("invitation-reported")).filter(
      ({ props }) => props.workspaceName === made.acme.name,
    );
    expect(mails).toHaveLength(row?.is_reported ? 1 : 0);
    const trail = await owner`
      select action from audit_events where workspace_id = ${made.acme.id} and action ~ '^invitation' and action <> 'invitation.created'`;
    expect(trail).toHaveLength(1);
    const won = row?.is_reported ? "reported_by_mail" : row?.status === "declined" ? "declined_by_mail" : row?.status;
    expect(trail[0]?.action).toBe(`invitation.${won}`);
  }
});

test("inviting anew while the report is on its way is refused once that is there", async () => {
  const made = await offer();
  const outcomes: Promise<unknown>[] = [];
  await owner.begin(async (tx) => {
    await tx`select from invitations where id = ${made.id} for update`;
    outcomes.push(reportIt(made));
    await waiting(1);
    const emails = made.guest.person.email;
    outcomes.push(made.acme.admin.api.invitations.create({ ...made.at, emails, role: "viewer" }));
    for (const outcome of outcomes) outcome.catch(() => {});
    await waiting(2);
  });
  const [reported, invited] = await Promise.allSettled(outcomes);
  expect(reported).toMatchObject({ status: "fulfilled", value: { state: "reported" } });
  expect(invited).toMatchObject({ status: "rejected", reason: { cause: { reason: "invitations_unwanted" } } });
});

test.each(["declineByMail", "reportByMail"] as const)("IS-16 %s withdraws the mail that still waits", async (verb) => {
  const made = await offer();
  const mailOf = async () =>
    (
      await owner`
        select m.status, m.payload is null as is_wiped from mail_outbox m
        join invitations i on i.mail_id = m.id where i.id = ${made.id}`
    )[0];
  expect(await mailOf()).toEqual({ status: "queued", is_wiped: false });
  await visitor[verb]({ token: tokenOf(made) });
  expect(await mailOf()).toEqual({ status: "failed", is_wiped: true });
});
