import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instanceLog } from "@/db/client";
import { hashSessionToken } from "@/server/auth/person";
import { answerProcedure } from "@/server/composition/over-http";
import { cookieNames } from "@/server/platform/cookies";
import { owner } from "@/tests/support/database";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { inputFor } from "@/tests/support/procedures/inputs";
import { instanceProcedures } from "@/tests/support/procedures/list";
import { type World, world } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";
import { tenantTables } from "@/tests/support/schema/tenant-tables";

let here: World;
let theirs: World;
let app: postgres.Sql;
beforeAll(async () => {
  app = postgres(process.env.DATABASE_APP_URL ?? "", { max: 1, onnotice: () => {} });
  here = await world();
  theirs = await world();
});
afterAll(() => app.end({ timeout: 1 }));

const all = instanceProcedures();

/** Returns the cookie of a session that began before the person's role changed. */
async function sessionOf({ person }: Signed): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await owner`
    insert into sessions (token_hash, user_id, expires_at)
    values (${hashSessionToken(token)}, ${person.id}, now() + interval '1 day')`;
  return `${cookieNames().session}=${token}`;
}

/** Calls all procedures of a kind in batches of ten, each with a valid input, and returns the outcome of each. */
async function inBatches(type: "query" | "mutation", cookie: string | undefined): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const paths = all.filter((procedure) => procedure.type === type).map(({ path }) => path);
  for (let at = 0; at < paths.length; at += 9) {
    // Each batch has one procedure that needs no permission, which must not give access to the others.
    const batch = ["mailbox.isOpen", ...paths.slice(at, at + 9)].slice(type === "query" ? 0 : 1);
    const inputs = Object.fromEntries(
      batch.map((path, index) => [index, path === "mailbox.isOpen" ? undefined : inputFor(path, here)]),
    );
    const headers = { "content-type": "application/json", ...(cookie ? { cookie } : {}) };
    const address = `http://localhost/api/trpc/${batch.join(",")}?batch=1`;
    const request =
      type === "query"
        ? new Request(`${address}&input=${encodeURIComponent(JSON.stringify(inputs))}`, { headers })
        : new Request(address, { method: "POST", headers, body: JSON.stringify(inputs) });
    const answer = await answerProcedure(request, { incoming: { headers } as unknown as IncomingMessage });
    const parts = (await answer.json()) as { error?: { data: { code: string } } }[];
    for (const [index, path] of batch.entries()) told.set(path, parts[index]?.error?.data.code ?? "answered");
  }
  told.delete("mailbox.isOpen");
  return told;
}

test("OP-04 over HTTP and in batches no procedure of the instance answers a caller who is no operator, and nothing changes", {
  timeout: 120_000,
}, async () => {
  const [deactivated, former, outsider] = [await newPerson(), await newPerson(), await newPerson()];
  for (const { person } of [deactivated, former])
    await owner`insert into operators (user_id, source) values (${person.id}, 'environment')`;
  const attackers = {
    "signed out": undefined,
    "with a cookie that is none": `${cookieNames().session}=${randomBytes(32).toString("base64url")}`,
    outsider: await sessionOf(outsider),
    "Admin of the workspace": await sessionOf(here.workspace.admin),
    "Admin of another": await sessionOf(theirs.workspace.admin),
    "deactivated operator": await sessionOf(deactivated),
    "former operator": await sessionOf(former),
  };
  await owner`update users set deactivated_at = now() where id = ${deactivated.person.id}`;
  await owner`delete from operators where user_id = ${former.person.id}`;
  const before = await dump(owner);
  for (const [who, cookie] of Object.entries(attackers)) {
    const told = new Map([...(await inBatches("query", cookie)), ...(await inBatches("mutation", cookie))]);
    expect(told.size).toBe(all.length);
    const isSignedOut = who.startsWith("signed") || who.startsWith("with") || who.startsWith("deactivated");
    const expected = isSignedOut ? "UNAUTHORIZED" : "NOT_FOUND";
    expect([who, [...told].filter(([, code]) => code !== expected)]).toEqual([who, []]);
  }
  const after = await dump(owner);
  expect(after).toEqual(before);
});

test("OP-04 every page and download of the instance, and of a workspace, asks who it is for by itself", () => {
  // A browser that has the layout already requests the page alone, so a check that is only in the layout would be
  // skipped.
  const files = ["app/instance", "app/w/[workspace]"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  expect(files.length).toBeGreaterThan(55);
  const without = files.filter((file) => !/\bapi\(\)/.test(readFileSync(file, "utf8")));
  expect(without).toEqual([]);
});

test("OP-20 with SQL as the application's role, an operator without consent reads nothing of what is in a workspace", async () => {
  const { person } = here.operators[0];
  const workspaceId = theirs.workspace.id;
  const as = (role: string, at: string, statement: string) =>
    app.begin(async (tx) => {
      await tx`select set_config('app.user_id', ${person.id}, true), set_config('app.workspace_id', ${at}, true),
        set_config('app.looking', 'mine', true), set_config('role', ${role}, true)`;
      return (await tx.unsafe(statement)).length;
    });
  const outcome = (promise: Promise<number>) =>
    promise.then(
      (rows) => rows,
      (error) => (error as { code: string }).code,
    );
  // Tables of which operators may read some rows: their own audit log, and their requests to look inside.
  const known = new Set(["audit_events", "audit_seals", "audit_unsealed", "looks"]);
  for (const { name } of await tenantTables(owner)) {
    if (known.has(name)) continue;
    const column = name === "workspaces" ? "id" : "workspace_id";
    const looked = await outcome(as("atelier_looker", workspaceId, `select ${column} from ${name}`));
    expect([name, looked === 0 || looked === "42501"]).toEqual([name, true]);
    // They cannot write into any table, whichever workspace they claim to be in.
    for (const at of [instanceLog, workspaceId])
      for (const statement of [
        `update ${name} set ${column} = ${column}`,
        `delete from ${name} where ${column} = '${workspaceId}'`,
      ])
        expect([name, await outcome(as("atelier_operator", at, statement))]).toEqual([name, "42501"]);
  }
  for (const statement of [
    `insert into looks (workspace_id, operator_id, reason, status, ends_at) values ('${workspaceId}', '${person.id}', 'x', 'granted', now() + interval '1 hour')`,
    "update looks set status = 'granted', ends_at = now() + interval '1 hour'",
    "select secret_mac from api_keys",
    "select name from api_keys",
    "select filename from files",
    "select sealed from kept_responses",
    "select * from playground_presets",
    "select * from usage_ledger",
    "select payload from mail_outbox",
    "select key_sealed from workspace_providers",
    "select token_hash from sessions",
    "select token_hash from invitations",
  ])
    for (const at of [instanceLog, workspaceId])
      expect([statement, await outcome(as("atelier_operator", at, statement))]).toEqual([statement, "42501"]);
});

test("OP-20 an operator lets themselves in by no procedure: not as an Admin elsewhere, and with no other's request", async () => {
  const olga = here.operators[0];
  const { slug } = theirs.workspace;
  await olga.api.instance.askLook({ slug, reason: "Requests fail." });
  const [look] = await owner<{ id: string }[]>`
    select id from looks where operator_id = ${olga.person.id} and workspace_id = ${theirs.workspace.id} and status = 'pending'`;
  const lookId = look?.id ?? "";
  expect(await reasonOf(olga.api.looks.grant({ workspace: slug, lookId }))).toBe("not_found");
  // As the Admin of their own workspace, or with the help of another workspace's Admin.
  const own = await olga.api.workspaces.create({ name: "Own", kind: "organization", creationKey: crypto.randomUUID() });
  expect(await reasonOf(olga.api.looks.grant({ workspace: own.slug, lookId }))).toBe("not_found");
  expect(await reasonOf(here.workspace.admin.api.looks.grant({ workspace: here.workspace.slug, lookId }))).toBe(
    "not_found",
  );
  expect(await reasonOf(olga.api.workspaces.get({ workspace: slug }))).toBe("not_found");
  // Operators cannot grant requests to the managers of a workspace, and Admins cannot grant requests to the operators.
  const [asked] = await owner<{ id: string }[]>`
    insert into limit_requests (workspace_id, user_id, kind, whose, measure, amount)
    values (${theirs.workspace.id}, ${theirs.workspace.admin.person.id}, 'spend', 'workspace', 'month', 5) returning id`;
  const limitRequestId = asked?.id ?? "";
  expect(await reasonOf(olga.api.instance.grantCeiling({ limitRequestId }))).toBe("not_found");
  expect(await reasonOf(theirs.workspace.admin.api.instance.grantCeiling({ limitRequestId }))).toBe("not_found");
});
