import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, newPerson, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

const listOf = (from: number, to: number, tag = "p") =>
  Array.from({ length: to - from }, (_, i) => `${tag}${from + i}@v.example,viewer`).join("\n");

function counted(results: { outcome: string }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { outcome } of results) sums[outcome] = (sums[outcome] ?? 0) + 1;
  return sums;
}

async function sentBy({ id }: TestWorkspace) {
  const [row] = await owner`
    select count(*)::int as invitations, count(distinct email)::int as addresses, count(mail_id)::int as mails,
      (select count(*)::int from audit_events where workspace_id = ${id} and action = 'invitation.created') as events
    from invitations where workspace_id = ${id}`;
  return row;
}

test("a preview says what is wrong with each row, and sends nothing", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "waiting@v.example", role: "viewer" });
  const list = `email;role\nnew@v.example;developer\n${dev.person.email};\nwaiting@v.example;\nnonsense;\nx@v.example;king\nnew@v.example;developer`;
  const { rows, folded, room } = await acme.admin.api.invitations.previewMany({
    workspace: acme.slug,
    list,
    role: "viewer",
  });
  expect(rows.map(({ line, email, role, problem }) => [line, email, role, problem])).toEqual([
    [2, "new@v.example", "developer", null],
    [3, dev.person.email, "viewer", "already_member"],
    [4, "waiting@v.example", "viewer", "already_invited"],
    [5, "nonsense", "viewer", "bad_address"],
    [6, "x@v.example", "viewer", "unknown_role"],
  ]);
  expect([folded, room]).toEqual([1, 999]);
  expect(await sentBy(acme)).toMatchObject({ invitations: 1 });
});

test("a thousand rows are invited, each with its mail and its audit row, and sent again they invite no address", {
  timeout: 120_000,
}, async () => {
  const acme = await workspace();
  const send = () => acme.admin.api.invitations.createMany({ workspace: acme.slug, list: listOf(0, 1_000) });
  expect(counted((await send()).results)).toEqual({ invited: 1_000 });
  expect(await sentBy(acme)).toEqual({ invitations: 1_000, addresses: 1_000, mails: 1_000, events: 1_000 });
  expect(counted((await send()).results)).toEqual({ already_invited: 1_000 });
  const more = await acme.admin.api.invitations.createMany({ workspace: acme.slug, list: listOf(1_000, 1_002) });
  expect(counted(more.results)).toEqual({ no_room: 2 });
  expect(await sentBy(acme)).toMatchObject({ invitations: 1_000 });
  // Revoking an invitation makes room, but does not restore the inviter's daily limit.
  const [first] = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
  await acme.admin.api.invitations.revoke({ workspace: acme.slug, invitationId: first?.id ?? "" });
  const late = await acme.admin.api.invitations.createMany({ workspace: acme.slug, list: listOf(1_000, 1_001) });
  expect(counted(late.results)).toEqual({ day_used_up: 1 });
  const other = await memberOf(acme, "admin");
  const theirs = await other.api.invitations.createMany({ workspace: acme.slug, list: listOf(1_000, 1_001) });
  expect(counted(theirs.results)).toEqual({ invited: 1 });
});

test("two Admins and a double click invite each address once", async () => {
  const acme = await workspace();
  const other = await memberOf(acme, "admin");
  const input = { workspace: acme.slug, list: listOf(0, 120, "r") };
  const outcomes = await Promise.all(
    [acme.admin, other, acme.admin, other].map(({ api }) => api.invitations.createMany(input)),
  );
  expect(counted(outcomes.flatMap(({ results }) => results))).toEqual({ invited: 120, already_invited: 360 });
  expect(await sentBy(acme)).toEqual({ invitations: 120, addresses: 120, mails: 120, events: 120 });
});

test("RL-05 a row whose address has had enough mail stops no other, and is not charged", async () => {
  const acme = await workspace();
  const taken = (key: string) => owner`select level from rate_buckets where key like ${key}`;
  for (let i = 0; i < 3; i++) {
    await acme.admin.api.invitations.createMany({ workspace: acme.slug, list: "again@v.example,viewer" });
    const [row] = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
    await acme.admin.api.invitations.revoke({ workspace: acme.slug, invitationId: row?.id ?? "" });
  }
  const { results } = await acme.admin.api.invitations.createMany({
    workspace: acme.slug,
    list: "again@v.example,viewer\nfresh@v.example,viewer\nbad,viewer",
  });
  expect(results.map(({ email, outcome }) => [email, outcome])).toEqual([
    ["again@v.example", "mailed_enough"],
    ["fresh@v.example", "invited"],
    ["bad", "bad_address"],
  ]);
  const [mine] = await taken(`listed-invitations:${acme.admin.person.id}`);
  expect(Math.round(Number(mine?.level))).toBe(4);
  const [theirs] = await taken("invitations-recipient:again@v.example");
  expect(Math.round(Number(theirs?.level))).toBe(3);
});

test("RL-05 a person's lists of a day are a thousand rows in all their workspaces together", async () => {
  const acme = await workspace();
  const again = await workspace("Second", acme.admin);
  await owner`insert into rate_buckets (key, level, at) values (${`listed-invitations:${acme.admin.person.id}`}, 999, clock_timestamp())`;
  const sent = [];
  for (const { slug } of [acme, again])
    sent.push(
      ...(await acme.admin.api.invitations.createMany({ workspace: slug, list: "one@v.example,viewer" })).results,
    );
  expect(sent.map(({ outcome }) => outcome)).toEqual(["invited", "day_used_up"]);
});

test("an Admin is invited only by an Admin who signed in just now; the other rows are sent", async () => {
  const acme = await workspace();
  const late = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 11 * 60_000) });
  const list = "boss@v.example,admin\ndev@v.example,developer";
  expect((await late.invitations.createMany({ workspace: acme.slug, list })).results).toEqual([
    { email: "boss@v.example", role: "admin", outcome: "sign_in_again" },
    { email: "dev@v.example", role: "developer", outcome: "invited" },
  ]);
});

test("more than a thousand rows, none, and a personal workspace are refused before anything is sent", async () => {
  const acme = await workspace();
  const { invitations } = acme.admin.api;
  const many = { workspace: acme.slug, list: listOf(0, 1_001) };
  expect(await reasonOf(invitations.createMany(many))).toBe("too_many_rows");
  expect(await reasonOf(invitations.previewMany({ ...many, role: "viewer" }))).toBe("too_many_rows");
  expect(await reasonOf(invitations.previewMany({ workspace: acme.slug, list: "email\n", role: "viewer" }))).toBe(
    "invalid_input",
  );
  expect(await sentBy(acme)).toMatchObject({ invitations: 0 });
  const { api } = await newPerson();
  const { slug } = await api.workspaces.create({ name: "Mine", kind: "personal", creationKey: randomUUID() });
  expect(await reasonOf(api.invitations.createMany({ workspace: slug, list: "a@v.example,viewer" }))).toBe(
    "personal_workspace",
  );
});
