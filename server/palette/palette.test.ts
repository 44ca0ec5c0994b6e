import { randomBytes } from "node:crypto";
import { drizzle } from "drizzle-orm/postgres-js";
import { expect, test } from "vitest";
import type { Db } from "@/db/client";
import { type Role, roles } from "@/server/access/permissions";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { insertMember, insertMembers } from "@/tests/support/factories/workspaces";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import * as palette from "./queries";

async function found(signed: Signed, { slug }: TestWorkspace, search: string): Promise<Record<string, string[]>> {
  const { groups } = await signed.api.palette.search({ workspace: slug, search });
  return Object.fromEntries(groups.map(({ kind, rows }) => [kind, rows.map(({ label }) => label)]));
}

test("before anything is typed there are the pages, what one may do, and the workspaces visited last", async () => {
  const acme = await workspace("Acme");
  await workspace("Globex", acme.admin);
  const { page, action, workspace: others, ...rest } = await found(acme.admin, acme, "");
  expect(page).toContain("API Keys");
  expect(action).toEqual([
    "Create new key",
    "Invite a new member",
    "New fine-tuning job",
    "Upload a file",
    "View as a role",
    "Create or join workspace",
    "Switch theme",
    "Log out",
  ]);
  expect(others).toEqual(["Globex"]);
  expect(rest).toEqual({});
});

test("PA each role is offered what it may do, and nothing else", async () => {
  const acme = await workspace();
  const offered: Partial<Record<Role, string[] | undefined>> = {};
  for (const role of roles) offered[role] = (await found(await memberOf(acme, role), acme, "new")).action;
  expect(offered).toEqual({
    admin: ["Create new key", "Invite a new member", "New fine-tuning job", "Create or join workspace"],
    developer: ["Create new key", "New fine-tuning job", "Create or join workspace"],
    billing: ["Create or join workspace"],
    viewer: ["Create or join workspace"],
  });
});

test("a personal workspace offers no invitation", async () => {
  const ada = await newPerson();
  const { slug } = await ada.api.workspaces.create({ name: "Ada", kind: "personal", creationKey: crypto.randomUUID() });
  expect((await found(ada, { id: "", slug, name: "Ada", admin: ada }, "invite")).action).toBeUndefined();
});

test("members, keys, models and workspaces are found by what is typed, and each leads to its own", async () => {
  const acme = await workspace("Acme");
  const grace = await newPerson({ name: "Grace Zebra", email: "grace@zebra.example" });
  await insertMember(owner, acme.id, grace.person.id, "viewer");
  await workspace("Zebra Works", acme.admin);
  await workspace("Zebra elsewhere");
  const made = await acme.admin.api.keys.create({ workspace: acme.slug, name: "zebra nightly" });
  const modelId = await ownModel(owner, acme.id, { createdBy: acme.admin.person.id, keyId: null });
  await owner`update models set name = 'Zebra bot' where id = ${modelId}`;
  const { groups } = await acme.admin.api.palette.search({ workspace: acme.slug, search: "zebra" });
  const rows = groups.flatMap(({ kind, rows }) => rows.map(({ label, href }) => [kind, label, href]));
  expect(rows).toEqual([
    ["workspace", "Zebra Works", expect.stringMatching(/^\/w\/zebra-works/)],
    ["member", "Grace Zebra", `/w/${acme.slug}/members?q=grace%40zebra.example`],
    ["key", "zebra nightly", `/w/${acme.slug}/keys?q=atl_${made.id}`],
    ["model", "Zebra bot", `/w/${acme.slug}/models/view/${encodeURIComponent(modelId)}`],
  ]);
  expect(await found(acme.admin, acme, `atl_${made.id}`)).toEqual({ key: ["zebra nightly"] });
  expect(await found(acme.admin, acme, "%")).toEqual({});
});

test("a private model is found by its maker and the Admins, not by others", async () => {
  const acme = await workspace();
  const [maker, other] = [await memberOf(acme, "developer"), await memberOf(acme, "developer")];
  const id = await ownModel(owner, acme.id, { createdBy: maker.person.id, keyId: null });
  await owner`update models set name = 'Hidden bot', visibility = 'private' where id = ${id}`;
  expect(await found(maker, acme, "hidden")).toEqual({ model: ["Hidden bot"] });
  expect(await found(acme.admin, acme, "hidden")).toEqual({ model: ["Hidden bot"] });
  expect(await found(other, acme, "hidden")).toEqual({});
});

test("a revoked key is not found", async () => {
  const acme = await workspace();
  const { id } = await acme.admin.api.keys.create({ workspace: acme.slug, name: "gone soon" });
  await acme.admin.api.keys.revoke({ workspace: acme.slug, keyId: id });
  expect(await found(acme.admin, acme, "gone")).toEqual({});
});

test("P12 among 100,000 members and 100,000 keys one is found by indexes, at most 8 of each", {
  timeout: 120_000,
}, async () => {
  const acme = await workspace();
  await owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await insertMembers(tx, acme.id, 100_000, { name: "Crowd", email: "crowd" });
    await tx`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
      select case when i % 50 = 0 then ${acme.id}::uuid else gen_random_uuid() end, lpad(i::text, 12, '0'), 'Key ' || i, ${randomBytes(32)}, 1, 'abcd', ${acme.admin.person.id}
      from generate_series(1, 100000) i`;
  });
  await owner`analyze users, memberships, api_keys`;
  const sent: { query: string; params: unknown[] }[] = [];
  const logger = { logQuery: (query: string, params: unknown[]) => void sent.push({ query, params }) };
  const db = drizzle({ client: owner, casing: "snake_case", logger }) as Db;
  expect(await palette.members(db, acme.id, "crowd-54321@")).toHaveLength(1);
  expect(await palette.members(db, acme.id, "crowd")).toHaveLength(8);
  expect(await palette.keys(db, acme.id, "key")).toHaveLength(8);
  expect(await palette.keys(db, acme.id, "Key 99950")).toHaveLength(1);
  const plans: string[] = [];
  for (const { query, params } of sent)
    for (const row of await owner.unsafe(`explain ${query}`, params as string[], { prepare: true }))
      plans.push(String(row["QUERY PLAN"]));
  expect(plans.join("\n")).not.toContain("Seq Scan");
  const begun = performance.now();
  await acme.admin.api.palette.search({ workspace: acme.slug, search: "crowd-54321@" });
  expect(performance.now() - begun).toBeLessThan(2_000);
});
