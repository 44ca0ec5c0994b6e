import { expect, test } from "vitest";
import { z } from "zod";
import type { Freshness } from "@/server/api/freshness";
import { recordRefused } from "@/server/audit/refused";
import * as workspaces from "@/server/workspaces/queries";
import { owner } from "@/tests/support/database";
import { reasonOf, type Signed, workspace } from "@/tests/support/people";
import { noInput, personProcedure, workspaceProcedure } from "./procedures";
import { t } from "./trpc";

const origin = { requestId: "", ip: null, userAgent: null };

/** Calls a procedure that renames the workspace and decides what it has declared, or forgets to. */
function rename(
  { person }: Signed,
  freshness: Freshness,
  decide: (signIn: { recentIf: (is: boolean) => void }) => void,
) {
  const router = t.router({
    rename: workspaceProcedure("workspace:update", z.strictObject({}), freshness).mutation(async ({ ctx }) => {
      decide(ctx.signIn);
      await workspaces.rename(ctx.db, ctx.workspace.workspaceId, "Renamed");
    }),
  });
  return (slug: string) => t.createCallerFactory(router)({ person, origin, recordRefused }).rename({ workspace: slug });
}

const nameOf = async (id: string) => (await owner`select name from workspaces where id = ${id}`)[0]?.name;

test("a change without a freshness does not compile", () => {
  // @ts-expect-error: without a freshness there is only a query
  workspaceProcedure("workspace:read", z.strictObject({})).mutation;
  // @ts-expect-error: likewise for what is a person's own
  personProcedure(noInput).mutation;
  expect(personProcedure(noInput).query).toBeTypeOf("function");
});

test("a declared condition that is not decided undoes the change", async () => {
  const { id, slug, name, admin } = await workspace();
  expect(await reasonOf(rename(admin, { recent: "always" }, () => {})(slug))).toBe("bug");
  expect(await nameOf(id)).toBe(name);
  await rename(admin, { recent: "never" }, (signIn) => signIn.recentIf(false))(slug);
  expect(await nameOf(id)).toBe("Renamed");
});

test("a condition that is not declared is not decided", async () => {
  const { id, slug, name, admin } = await workspace();
  expect(await reasonOf(rename(admin, { today: "always" }, (signIn) => signIn.recentIf(false))(slug))).toBe("bug");
  expect(await reasonOf(rename(admin, "any", (signIn) => signIn.recentIf(false))(slug))).toBe("bug");
  expect(await nameOf(id)).toBe(name);
});

test("a stale sign-in is told how fresh it has to be, after its role was looked at", async () => {
  const { slug, admin } = await workspace();
  const late = { ...admin, person: { ...admin.person, signedInAt: new Date(Date.now() - 13 * 3_600_000) } };
  await expect(rename(late, "today", () => {})(slug)).rejects.toThrow("12 hours");
  await expect(rename(late, "recent", () => {})(slug)).rejects.toThrow("10 minutes");
});
