import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { type Db, transaction } from "@/db/client";
import { hashToken } from "@/server/joining/invitations/token";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";
import { type World, world } from "@/tests/support/procedures/world";

// The rows of a workspace that the policies show to an outsider, even if a query forgets its conditions.

let first: World;
let second: World;
beforeAll(async () => {
  first = await world();
  second = await world();
});

/** Returns the ids that the application's role sees in a table, for a person, with a setting as its queries set it. */
function seen(table: string, userId?: string, setting?: [string, string]): Promise<string[]> {
  return transaction("read", userId ? { userId } : {}, async (db: Db) => {
    if (setting) await db.execute(sql`select set_config(${setting[0]}, ${setting[1]}, true)`);
    const rows = await db.execute<{ id: string }>(sql`select id from ${sql.identifier(table)} order by id`);
    return [...rows].map(({ id }) => id);
  });
}

const hash = (token: string) => hashToken(token).toString("hex");

test("the holder of an invitation sees that one and no other", async () => {
  const outsider = await newPerson();
  const held: [string, string] = ["app.invitation_token_hash", hash(first.ids.token)];
  expect(await seen("invitations", outsider.person.id, held)).toEqual([first.ids.invitationId]);
  const guessed: [string, string] = ["app.invitation_token_hash", randomBytes(32).toString("hex")];
  expect(await seen("invitations", outsider.person.id, guessed)).toEqual([]);
});

test("an invitation is shown to its address once that is verified", async () => {
  const { person } = first.invited;
  expect(await seen("invitations", person.id)).toEqual([first.ids.invitationId]);
  await owner`update users set email_verified_at = null where id = ${person.id}`;
  expect(await seen("invitations", person.id)).toEqual([]);
  await owner`update users set email_verified_at = now() where id = ${person.id}`;
});

test("a verified domain is shown to a verified address there", async () => {
  const { person } = second.invited;
  expect(await seen("domains", person.id)).toEqual([second.ids.domainId]);
  await owner`update users set email_verified_at = null where id = ${person.id}`;
  expect(await seen("domains", person.id)).toEqual([]);
  await owner`update users set email_verified_at = now() where id = ${person.id}`;
  await owner`update domains set status = 'pending' where id = ${second.ids.domainId}`;
  expect(await seen("domains", person.id)).toEqual([]);
  await owner`update domains set status = 'verified' where id = ${second.ids.domainId}`;
});

test("the holder of an invite link sees that one and no other", async () => {
  const outsider = await newPerson();
  const [link] = await owner`select id from invite_links where workspace_id = ${first.workspace.id}`;
  const held: [string, string] = ["app.invite_link_hash", hash(first.linkToken)];
  expect(await seen("invite_links", outsider.person.id, held)).toEqual([link?.id]);
  expect(await seen("invite_links", outsider.person.id, ["app.invite_link_hash", hash("guessed")])).toEqual([]);
});

test("a program that presents a key sees that one and no other", async () => {
  expect(await seen("api_keys", undefined, ["app.api_key_id", first.ids.keyId])).toEqual([first.ids.keyId]);
  expect(await seen("api_keys", undefined, ["app.api_key_id", "0".repeat(12)])).toEqual([]);
});

test("a workspace is seen by its slug while its join page is open", async () => {
  const outsider = await newPerson();
  const named: [string, string] = ["app.join_slug", first.workspace.slug];
  expect(await seen("workspaces", outsider.person.id, named)).toEqual([first.workspace.id]);
  await owner`update workspaces set is_join_page_open = false where id = ${first.workspace.id}`;
  expect(await seen("workspaces", outsider.person.id, named)).toEqual([]);
  await owner`update workspaces set is_join_page_open = true where id = ${first.workspace.id}`;
});

test("a shared model, and what its workspace is called, are seen from the workspace it is shared with, as long as it is", async () => {
  const [target] = await owner`select id from workspaces where slug = ${first.ids.target}`;
  const inside = (workspaceId: string, table: string) =>
    transaction("read", { workspaceId }, async (db: Db) => {
      const rows = await db.execute<{ id: string }>(sql`select id from ${sql.identifier(table)} order by id`);
      return [...rows].map(({ id }) => id);
    });
  const both = [first.workspace.id, target?.id].sort();
  expect(await inside(target?.id, "models")).toEqual([first.ids.modelId]);
  expect((await inside(target?.id, "workspaces")).sort()).toEqual(both);
  expect((await inside(first.workspace.id, "workspaces")).sort()).toEqual(both);
  expect(await inside(second.workspace.id, "models")).toEqual([second.ids.modelId]);
  await owner`update models set archived_at = now() where id = ${first.ids.modelId}`;
  expect(await inside(target?.id, "models")).toEqual([]);
  await owner`update models set archived_at = null where id = ${first.ids.modelId}`;
  await owner`update model_shares set ends_at = now() where model_id = ${first.ids.modelId}`;
  expect(await inside(target?.id, "models")).toEqual([]);
  expect(await inside(target?.id, "workspaces")).toEqual([target?.id]);
});

test("an outsider sees nothing at all", async () => {
  const outsider = await newPerson();
  for (const table of ["workspaces", "invitations", "domains", "join_requests", "invite_links", "api_keys", "models"])
    expect(await seen(table, outsider.person.id)).toEqual([]);
});
