import { beforeAll, describe, expect, test } from "vitest";
import { can, type Permission, type Role, roles } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import { issueViewAs, readViewAs } from "@/server/view-as/cookie";
import { owner } from "@/tests/support/database";
import { apiFor, type Caller, newPerson } from "@/tests/support/people";
import { inputFor } from "@/tests/support/procedures/inputs";
import { call, type Outcome, workspaceProcedures } from "@/tests/support/procedures/list";
import { type World, world } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";

const seen = ["developer", "billing", "viewer"] as const;
const queries = workspaceProcedures().filter(({ type }) => type === "query");
const mutations = workspaceProcedures().filter(({ type }) => type === "mutation");

/** Queries after which a chat, which costs money, can begin. */
const beginners = ["playground.enter"];

describe.each(seen)("an Admin who sees the workspace as %s", (role) => {
  let here: World;
  let api: Caller;
  beforeAll(async () => {
    here = await world();
    api = apiFor(here.caller.person, role);
  });

  test("RP-01 is answered by exactly the queries that the role is answered by", async () => {
    const outcomes: [string, string][] = [];
    for (const { path } of queries) outcomes.push([path, classOf(await call(api, path, inputFor(path, here)))]);
    const expected = queries.map(({ path, access }) => {
      if (!can(role, access as Permission)) return [path, "FORBIDDEN not_permitted"];
      return [path, beginners.includes(path) ? "FORBIDDEN viewing_as" : "allowed"];
    });
    expect(outcomes).toEqual(expected);
  });

  test("RP-01 is refused every mutation, by its own reason, and nothing changes", { timeout: 60_000 }, async () => {
    const before = await dump(owner);
    const outcomes: [string, string][] = [];
    for (const { path } of mutations) outcomes.push([path, classOf(await call(api, path, inputFor(path, here)))]);
    expect(outcomes).toEqual(mutations.map(({ path }) => [path, "FORBIDDEN viewing_as"]));
    expect(await dump(owner)).toEqual(before);
  });

  test("is told so by the workspace", async () => {
    const told = await api.workspaces.get({ workspace: here.workspace.slug });
    expect(told).toMatchObject({ role, isViewedAs: true });
    expect(told.permissions).not.toContain("member:manage");
  });
});

test("viewing as another role never adds privileges: a role with more or other permissions is not applied", async () => {
  for (const own of roles) {
    const here = await world(own);
    for (const role of roles) {
      const told = await apiFor(here.caller.person, role).workspaces.get({ workspace: here.workspace.slug });
      const isLower = own === "admin" && viewableBy(own).includes(role);
      expect([own, role, told.role, told.isViewedAs]).toEqual([own, role, isLower ? role : own, isLower]);
    }
  }
});

test("an outsider stays one, whatever their cookie says", async () => {
  const [here, { person }] = await Promise.all([world(), newPerson()]);
  const outcome = await call(apiFor(person, "viewer"), "workspaces.get", { workspace: here.workspace.slug });
  expect(classOf(outcome)).toBe("NOT_FOUND not_found");
});

test("the cookie is worth something in its session, for its workspace, with its role, for an hour", () => {
  const now = Date.now();
  const cookie = issueViewAs("session", "acme", "viewer", now);
  expect(readViewAs(cookie, "session", "acme", now)).toBe("viewer");
  expect(readViewAs(cookie, "session", "acme", now + 3_600_001)).toBeNull();
  expect(readViewAs(cookie, "other", "acme", now)).toBeNull();
  expect(readViewAs(cookie, "session", "globex", now)).toBeNull();
  expect(readViewAs(cookie.replace("viewer", "admin"), "session", "acme", now)).toBeNull();
  expect(readViewAs(cookie.replace(/\.\d+\./, ".99999999999."), "session", "acme", now)).toBeNull();
  for (const broken of [undefined, "", "viewer", `${cookie}x`, "viewer.1.x", "__proto__.9.9"])
    expect(readViewAs(broken, "session", "acme", now)).toBeNull();
});

test("a Developer is given no such cookie, and an Admin none for what is no role", async () => {
  const [dev, admin] = [await world("developer"), await world()];
  const start = (here: World, role: Role) =>
    call(here.caller.api, "viewing.start", { workspace: here.workspace.slug, role });
  expect(classOf(await start(dev, "viewer"))).toBe("FORBIDDEN not_permitted");
  expect(classOf(await start(admin, "admin"))).toBe("FORBIDDEN cannot_grant");
  expect(classOf(await start(admin, "viewer"))).toBe("allowed");
});

function classOf(outcome: Outcome): string {
  if (!("reason" in outcome) || /^(CONFLICT|SERVICE_UNAVAILABLE)$/.test(outcome.code)) return "allowed";
  return `${outcome.code} ${outcome.reason}`;
}
