import { beforeAll, describe, expect, test } from "vitest";
import { lookerPermissions, type Permission } from "@/server/access/permissions";
import { owner } from "@/tests/support/database";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { inputFor } from "@/tests/support/procedures/inputs";
import { call, type Outcome, workspaceProcedures } from "@/tests/support/procedures/list";
import { type World, world } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";

const queries = workspaceProcedures().filter(({ type }) => type === "query");
const mutations = workspaceProcedures().filter(({ type }) => type === "mutation");

/** Procedures that show prompts, although every role may call them. */
const contents = ["playground.presets"];

let here: World;
let olga: Signed;
beforeAll(async () => {
  here = await world();
  olga = here.operators[1];
  await here.workspace.admin.api.looks.grant({ workspace: here.workspace.slug, lookId: here.ids.lookId });
});

describe("OP-20 an operator who looks inside", () => {
  test("is answered by what every role may see, without prompts, and refused all else by its own reason", async () => {
    const outcomes: [string, string][] = [];
    for (const { path } of queries) {
      const o = await call(olga.api, path, inputFor(path, here));
      outcomes.push([path, classOf(o)]);
    }
    const isSeen = (access: Permission, path: string) => lookerPermissions.includes(access) && !contents.includes(path);
    expect(outcomes).toEqual(
      queries.map(({ path, access }) => [
        path,
        isSeen(access as Permission, path) ? "allowed" : "FORBIDDEN looking_inside",
      ]),
    );
  });

  test("is refused every change, and nothing changes", { timeout: 60_000 }, async () => {
    const before = await dump(owner);
    const outcomes: [string, string][] = [];
    for (const { path } of mutations) outcomes.push([path, classOf(await call(olga.api, path, inputFor(path, here)))]);
    expect(outcomes).toEqual(mutations.map(({ path }) => [path, "FORBIDDEN looking_inside"]));
    expect(await dump(owner)).toEqual(before);
  });

  test("is told so, and reads there only", async () => {
    const told = await olga.api.workspaces.get({ workspace: here.workspace.slug });
    expect(told).toMatchObject({ role: "viewer", permissions: lookerPermissions, look: { id: here.ids.lookId } });
    const elsewhere = await world();
    expect(await reasonOf(olga.api.workspaces.get({ workspace: elsewhere.workspace.slug }))).toBe("not_found");
    expect((await olga.api.workspaces.list({ search: "" })).rows).toEqual([]);
  });

  test("lets no other person in: another operator, a person who is none", async () => {
    const outsider = await newPerson();
    for (const { api } of [here.operators[0], outsider])
      expect(await reasonOf(api.workspaces.get({ workspace: here.workspace.slug }))).toBe("not_found");
  });
});

function classOf(outcome: Outcome): string {
  if (!("reason" in outcome) || /^(CONFLICT|SERVICE_UNAVAILABLE)$/.test(outcome.code)) return "allowed";
  return `${outcome.code} ${outcome.reason}`;
}
