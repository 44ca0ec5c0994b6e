import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { can, type Permission, type Role, roles } from "@/server/access/permissions";
import { owner } from "@/tests/support/database";
import { apiFor, newPerson, type Signed } from "@/tests/support/people";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import {
  call,
  instanceProcedures,
  type Outcome,
  type Procedure,
  procedures,
  workspaceProcedures,
} from "@/tests/support/procedures/list";
import { needsMore, readyFor } from "@/tests/support/procedures/prepared";
import { publicProcedures } from "@/tests/support/procedures/public";
import { type World, world } from "@/tests/support/procedures/world";

const peopleOnly = procedures().filter(({ access }) => access === "signed-in");

test("RP-01 every procedure says what it asks of its caller", () => {
  expect(procedures().length).toBeGreaterThan(20);
  expect(
    procedures()
      .filter(({ access }) => !access)
      .map(({ path }) => path),
  ).toEqual([]);
});

test("AU-02 no procedure works without sign-in unless it is on the list", () => {
  expect(
    procedures()
      .filter(({ access }) => access === "public")
      .map(({ path }) => path)
      .sort(),
  ).toEqual(publicProcedures);
});

test("AU-02 a signed-out caller is refused by every procedure that is not on the list", async () => {
  const here = await world();
  const outcomes: [string, string][] = [];
  for (const { path } of procedures().filter(({ path }) => !publicProcedures.includes(path)))
    outcomes.push([path, classOf(await call(apiFor(null), path, inputFor(path, here)))]);
  expect(outcomes).toEqual(outcomes.map(([path]) => [path, "UNAUTHORIZED not_signed_in"]));
});

test("TI-23 nothing can rest on what Next runs before a page: there is no such file", () => {
  const places = ["", "app/", "src/"].flatMap((folder) => [`${folder}proxy`, `${folder}middleware`]);
  expect(
    places.flatMap((name) => ["ts", "tsx", "js", "mjs"].map((end) => `${name}.${end}`)).filter(existsSync),
  ).toEqual([]);
});

test("AU-02 a person without an id counts as signed out", async () => {
  const { caller } = await world();
  const api = apiFor({ ...caller.person, id: "" });
  expect(classOf(await call(api, "account.get", undefined))).toBe("UNAUTHORIZED not_signed_in");
});

const unchanged = new Map<string, Promise<World>>();

/**
 * Returns a world for refused and for reading calls of a person with this role. They change nothing, so one world
 * serves all.
 */
function unchangedWorld(role: Role, name: string = role, make = world): Promise<World> {
  const there = unchanged.get(name) ?? make(role);
  unchanged.set(name, there);
  return there;
}

/** Returns a world in which a person with this role may call a procedure. */
const allowingWorld = ({ path, type }: Procedure, role: Role) =>
  type === "query" && !needsMore(path) ? unchangedWorld(role) : readyFor(path, role);

/** The ways in which an operator stops being one. */
const endings: Record<"deactivated" | "former", (operator: Signed) => PromiseLike<unknown>> = {
  deactivated: ({ person }) => owner`update users set deactivated_at = now() where id = ${person.id}`,
  former: ({ person }) => owner`delete from operators where user_id = ${person.id}`,
};

/** Returns a world with everything that a procedure needs, in which the first operator is no longer one. */
function worldAfter(ending: keyof typeof endings, path: string): Promise<World> {
  const ended = async (there: Promise<World>) => {
    const here = await there;
    await endings[ending](here.operators[0]);
    return here;
  };
  // A refused call changes nothing.
  return needsMore(path)
    ? ended(readyFor(path, "viewer"))
    : unchangedWorld("viewer", ending, (role) => ended(world(role)));
}

let known: Promise<Signed> | undefined;
const outsider = () => {
  known ??= newPerson();
  return known;
};

test.each(workspaceProcedures())(
  "RP-01 $path is allowed to exactly the roles that hold $access, and does not exist for outsiders",
  async (procedure) => {
    const { path, access } = procedure;
    const outcomes: Partial<Record<Role | "outsider", string>> = {};
    for (const role of roles) {
      const here = await (can(role, access as Permission) ? allowingWorld(procedure, role) : unchangedWorld(role));
      outcomes[role] = classOf(await call(here.caller.api, path, inputFor(path, here)));
    }
    const there = await unchangedWorld("admin");
    outcomes.outsider = classOf(await call((await outsider()).api, path, inputFor(path, there)));

    const expected = Object.fromEntries(
      roles.map((role) => [role, can(role, access as Permission) ? "allowed" : "FORBIDDEN not_permitted"]),
    );
    expect(outcomes).toEqual({ ...expected, outsider: "NOT_FOUND not_found" });
  },
);

test.each(instanceProcedures())(
  "RP-20 $path is for operators who may come in, and does not exist for every other person",
  async (procedure) => {
    const { path } = procedure;
    const outcomes: Record<string, string> = {};
    const ask = async (name: string, here: World, { api }: Signed) => {
      outcomes[name] = classOf(await call(api, path, inputFor(path, here)));
    };
    const allowing = await allowingWorld(procedure, "viewer");
    await ask("operator", allowing, allowing.operators[0]);
    for (const ending of ["deactivated", "former"] as const) {
      const here = await worldAfter(ending, path);
      await ask(`${ending} operator`, here, here.operators[0]);
    }
    for (const [name, role] of [
      ["admin", "admin"],
      ["member", "viewer"],
    ] as const) {
      const here = await unchangedWorld(role);
      await ask(name, here, here.caller);
    }
    const here = await unchangedWorld("viewer");
    await ask("outsider", here, here.invited);
    const { operator, ...others } = outcomes;
    expect(operator).toBe("allowed");
    expect(Object.entries(others)).toEqual(Object.keys(others).map((name) => [name, "NOT_FOUND not_found"]));
    expect(Object.keys(others)).toHaveLength(5);
  },
);

test("RP-20 an operator is a member of nothing by that: every procedure inside a workspace does not exist for them", async () => {
  const here = await world();
  const outcomes: [string, string][] = [];
  for (const { path } of workspaceProcedures())
    outcomes.push([path, classOf(await call(here.operators[0].api, path, inputFor(path, here)))]);
  expect(outcomes).toEqual(outcomes.map(([path]) => [path, "NOT_FOUND not_found"]));
});

test.each(peopleOnly)("RP-01 $path asks for nothing but a session", async ({ path }) => {
  const here = await world("viewer");
  // Its parts are of an export that was begun.
  if (path.startsWith("account.export")) await here.caller.api.account.beginExport();
  expect(classOf(await call(callerOf(path, here).api, path, inputFor(path, here)))).toBe("allowed");
});

/**
 * Classifies an outcome. An allowed caller may still meet a rule or a service that is down; the inputs are valid, so
 * any other refusal is returned by name.
 */
function classOf(outcome: Outcome): string {
  if (!("reason" in outcome) || /^(CONFLICT|SERVICE_UNAVAILABLE)$/.test(outcome.code)) return "allowed";
  return `${outcome.code} ${outcome.reason}`;
}
