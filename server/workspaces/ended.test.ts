import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { reasonOf, workspace } from "@/tests/support/people";

test("I1 a workspace that has ended is nothing any more, not even to its Admin", async () => {
  const acme = await workspace();
  const at = { workspace: acme.slug };
  const { api } = acme.admin;
  await api.workspaces.get(at);
  await owner`update workspaces set deleted_at = now() where id = ${acme.id}`;
  expect(await reasonOf(api.workspaces.get(at))).toBe("not_found");
  expect(await reasonOf(api.members.list({ ...at, search: "" }))).toBe("not_found");
  expect(await reasonOf(api.keys.create({ ...at, name: "A key", expiration: "90" }))).toBe("not_found");
});

test("I1 nor does the query that lets people in find it, without any policy", async () => {
  const { drizzle } = await import("drizzle-orm/postgres-js");
  const { membershipBySlug } = await import("@/server/membership/workspace/queries");
  const acme = await workspace();
  const db = drizzle({ client: owner, casing: "snake_case" });
  expect(await membershipBySlug(db, acme.admin.person.id, acme.slug)).toMatchObject({ role: "admin" });
  await owner`update workspaces set deleted_at = now() where id = ${acme.id}`;
  expect(await membershipBySlug(db, acme.admin.person.id, acme.slug)).toBeUndefined();
});
