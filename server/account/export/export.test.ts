import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { optionalMails } from "@/server/mail/input";
import { owner } from "@/tests/support/database";
import { use } from "@/tests/support/factories/usage";
import { memberOf, newPerson, type Signed, workspace } from "@/tests/support/people";
import { world } from "@/tests/support/procedures/world";
import { personSections } from "./person-sections";
import type { Section } from "./section";
import { workspaceSections } from "./sections";

/** Columns that name a person and are in no export, with the reason. */
const reasons: Record<string, string> = {
  "operators.added_by": "whom a person made an operator is in the instance's audit log",
  "sign_in_tests.user_id":
    "lives 15 minutes, and says what a provider said of the person whom an operator signed in there",
  "instance_settings.break_glass": "whom operators exempted is in the instance's audit log",
  "passkey_challenges.user_id": "lives 5 minutes, and holds nothing but a hash",
  "usage_ledger.end_user": "a random number for whom a program acted for, who is no person of Atelier's",
  "usage_reservations.end_user": "the same, while the request is under way",
  "end_user_usage.end_user": "the same, added up",
  "workspaces.missing_end_user": "a setting: what becomes of requests without an end user",
  "usage_reservations.member_id": "a request under way: it is in the ledger, and in the export, once it has ended",
  "usage_hourly.member_id": "the ledger's own figures added up by the hour",
  "usage_daily.member_id": "the same by the day",
};

const sections: Section[] = [...Object.values(personSections), ...Object.values(workspaceSections)];

type Export = Record<string, unknown[]> & { workspaces: ({ id: string } & Record<string, unknown[]>)[] };

/** Returns the whole export, assembled as the download does. */
async function exportOf({ api }: Signed): Promise<Export> {
  const begun = await api.account.beginExport();
  const result: Record<string, unknown> = {};
  for (const section of begun.personSections)
    result[section] = await all((after) => api.account.exportPart({ section, after }));
  result.workspaces = [];
  for (const workspaceId of begun.workspaces) {
    const there: Record<string, unknown> = { id: workspaceId };
    for (const section of begun.workspaceSections)
      there[section] = await all((after) => api.account.exportWorkspacePart({ section, workspaceId, after }));
    (result.workspaces as unknown[]).push(there);
  }
  return result as Export;
}

async function all(ask: (after?: string) => Promise<{ rows: Record<string, unknown>[]; next: string | null }>) {
  const rows: Record<string, unknown>[] = [];
  for (let after: string | undefined; ; ) {
    const part = await ask(after);
    rows.push(...part.rows);
    if (!part.next) return rows;
    after = part.next;
  }
}

test("every column that names a person is in the export, or on the list of those that are not", async () => {
  const columns = await owner<{ name: string }[]>`
    select distinct c.relname || '.' || a.attname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and (
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'users'::regclass
        and a.attnum = any(k.conkey))
      or (a.atttypid in ('uuid'::regtype, 'text'::regtype)
        and a.attname ~ '(user|member|person|people|actor|owner|creator|author|maker)_?(id)?$|_by$'))`;
  const exported = sections.map(({ table, person }) => `${table}.${person}`);
  const missing = columns.map(({ name }) => name).filter((name) => !exported.includes(name) && !(name in reasons));
  expect(missing.filter((name) => name !== "api_keys.replaced_by")).toEqual([]);
  const known = columns.map(({ name }) => name);
  expect(Object.keys(reasons).filter((name) => !known.includes(name))).toEqual([]);
});

test("no column of the export holds a secret", () => {
  const columns = sections.flatMap(({ table, columns }) => columns.map((name) => `${table}.${name}`));
  expect(
    columns.filter((name) => /hash|token(?!s)|mac|sealed|secret|pepper|challenge|public_key|payload/.test(name)),
  ).toEqual([]);
});

test("the export has what a person is, made, did and used, and nothing of other people", async () => {
  const here = await world();
  const { person, api } = here.caller;
  const { id, admin, slug } = here.workspace;
  await use(owner, id, [{ keyId: here.ids.keyId, memberId: person.id }]);
  const other = await memberOf(here.workspace, "viewer");
  await owner`insert into accounts (user_id, type, provider, provider_account_id) values (${person.id}, 'oauth', 'github', '4711')`;
  const tokenHash = `hash-of-a-session-${randomBytes(8).toString("hex")}`;
  await owner`insert into sessions (token_hash, user_id, expires_at, ip) values (${tokenHash}, ${person.id}, now() + interval '7 days', '203.0.113.9')`;
  await owner`insert into known_browsers (user_id, mark_hash) values (${person.id}, ${randomBytes(32)})`;
  await api.account.chooseMails({ topics: [] });
  await api.invitations.create({ workspace: slug, emails: "guest-of-mine@example.com", role: "viewer" });
  await api.account.update({ name: "Grace Hopper" });
  await owner`insert into model_members (workspace_id, model_id, user_id) values (${id}, ${here.ids.modelId}, ${person.id})`;

  const data = await exportOf(here.caller);
  expect(data.person).toMatchObject([{ id: person.id, email: person.email, name: "Grace Hopper" }]);
  expect(data.providers).toMatchObject([{ provider: "github", provider_account_id: "4711" }]);
  expect(data.sessions).toContainEqual(expect.objectContaining({ ip: "203.0.113.9" }));
  expect(data.passkeys).toHaveLength(1);
  expect(data.knownBrowsers).toHaveLength(1);
  expect(data.addressChange).toMatchObject([{ email: `new-${person.id}@example.com` }]);
  expect(data.mailOptOuts).toHaveLength(Object.keys(optionalMails).length);
  expect(data.events).toMatchObject([
    { action: "account.mails_chosen" },
    { action: "account.renamed" },
    { action: "account.exported" },
  ]);
  const there = data.workspaces.find((each) => each.id === id);
  expect(there).toMatchObject({
    membership: [{ role: "admin" }],
    keys: [{ id: here.ids.keyId, name: "A key" }],
    invitations: [{ email: "guest-of-mine@example.com" }],
    files: [{ filename: "samples.jsonl" }],
    models: [{ id: here.ids.modelId }],
    modelsMayUse: [{ model_id: here.ids.modelId }],
    modelsShared: [{ model_id: here.ids.modelId }],
    actions: [{ action: "invitation.created" }],
    usage: [{ key_id: here.ids.keyId }],
  });

  const text = JSON.stringify(data);
  for (const member of [admin.person, other.person, here.invited.person]) {
    expect(text).not.toContain(member.email);
    expect(text).not.toContain(member.name);
  }
  expect(text).not.toContain(tokenHash);
  const secrets = await owner`
    select encode(secret_mac, 'hex') as secret from api_keys where created_by = ${person.id}
    union all select encode(token_hash, 'hex') from email_changes where user_id = ${person.id}
    union all select encode(public_key, 'hex') from passkeys where user_id = ${person.id}`;
  expect(secrets.length).toBeGreaterThan(2);
  for (const { secret } of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret, "hex").toString("base64"));
  }
});

test("what a person did in a workspace they have left is in the export too; what happens there since is not", async () => {
  const acme = await workspace();
  const grace = await memberOf(acme, "admin");
  await grace.api.invitations.create({ workspace: acme.slug, emails: "a@example.com", role: "viewer" });
  await grace.api.members.leave({ workspace: acme.slug });
  await acme.admin.api.invitations.create({ workspace: acme.slug, emails: "b@example.com", role: "viewer" });
  const { workspaces } = await exportOf(grace);
  expect(workspaces).toMatchObject([{ id: acme.id, membership: [], invitations: [{ email: "a@example.com" }] }]);
  expect(JSON.stringify(workspaces)).not.toContain("b@example.com");
});

test("a stranger who names a workspace gets none of its rows", async () => {
  const here = await world();
  const elsewhere = await workspace();
  await elsewhere.admin.api.account.beginExport();
  for (const section of Object.keys(workspaceSections) as (keyof typeof workspaceSections)[]) {
    const { rows } = await elsewhere.admin.api.account.exportWorkspacePart({ section, workspaceId: here.workspace.id });
    expect([section, rows]).toEqual([section, []]);
  }
});

test("a section that is longer than a part comes in several, each row once", async () => {
  const acme = await workspace();
  const { person } = acme.admin;
  await owner`
    insert into account_events (user_id, action, at)
    select ${person.id}, 'test.' || n, now() - interval '1 day' + (n / 7) * interval '1 microsecond' from generate_series(1, 1203) n`;
  const keyId = randomBytes(6).toString("hex");
  await owner`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    values (${acme.id}, ${keyId}, 'A key', ${randomBytes(32)}, 1, 'abcd', ${person.id})`;
  await use(
    owner,
    acme.id,
    Array.from({ length: 520 }, () => ({ keyId, memberId: person.id })),
  );
  const data = await exportOf(acme.admin);
  const actions = data.events
    ?.map((event) => (event as { action: string }).action)
    .filter((name) => name.startsWith("test."));
  expect(new Set(actions).size).toBe(1203);
  expect(actions).toHaveLength(1203);
  expect(new Set(data.workspaces[0]?.usage?.map((row) => (row as { id: string }).id)).size).toBe(520);
  expect(data.workspaces[0]?.usage).toHaveLength(520);
});

test("no part of an export is read that the account's log does not have", async () => {
  const ada = await newPerson();
  const { id: workspaceId } = await workspace("Ada's", ada);
  const parts = () =>
    Promise.allSettled([
      ada.api.account.exportPart({ section: "sessions" }),
      ada.api.account.exportWorkspacePart({ section: "membership", workspaceId }),
    ]).then((all) => all.map(({ status }) => status));
  expect(await parts()).toEqual(["rejected", "rejected"]);
  await ada.api.account.beginExport();
  expect(await parts()).toEqual(["fulfilled", "fulfilled"]);
});
