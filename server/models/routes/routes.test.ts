import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { fieldsOf, memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";

let upstream: FakeModelServer;
let acme: TestWorkspace;
let at: { workspace: string };

const rule = { mode: "ordered" as const, models: ["small", "listed"] };

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small" }, { id: "listed" }];
  delete process.env.MODEL_SERVER_URL;
  process.env.MODEL_SERVERS = JSON.stringify([{ name: "default", url: upstream.url }]);
});
beforeEach(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
});
afterAll(() => upstream.close());

const routes = () => acme.admin.api.routes;

describe("routes of a workspace", () => {
  test("are made, changed and deleted, and the audit log says each with what it was", async () => {
    await routes().create({ ...at, routeName: "fast", ...rule, saverModel: "small", saverPercent: "80" });
    await routes().update({
      ...at,
      routeId: "route/fast",
      mode: "weighted",
      models: ["small", "listed"],
      weights: ["3", ""],
    });
    // Without a change there is no audit row.
    await routes().update({
      ...at,
      routeId: "route/fast",
      mode: "weighted",
      models: ["small", "listed"],
      weights: ["3", "1"],
    });
    const [route] = await routes().list(at);
    expect(route).toMatchObject({
      ...{ id: "route/fast", mode: "weighted", saver: null, makerName: acme.admin.person.name },
      models: [
        { model: "small", weight: 3, state: "ready" },
        { model: "listed", weight: 1, state: "ready" },
      ],
    });
    await routes().remove({ ...at, routeId: "route/fast" });
    expect(await routes().list(at)).toEqual([]);
    const events = await owner`
      select action, target_id, before, after from audit_events
      where workspace_id = ${acme.id} and target_type = 'route' order by at, id`;
    const first = { mode: "ordered", models: ["small", "listed"], saverModel: "small", saverPercent: 80 };
    const second = { mode: "weighted", models: ["small (3)", "listed (1)"], saverModel: null, saverPercent: null };
    expect(events).toEqual([
      { action: "route.created", target_id: "route/fast", before: null, after: first },
      { action: "route.updated", target_id: "route/fast", before: first, after: second },
      { action: "route.deleted", target_id: "route/fast", before: second, after: null },
    ]);
  });

  test("have one name each, written as programs can", async () => {
    await routes().create({ ...at, routeName: "route/fast", ...rule });
    expect(await fieldsOf(routes().create({ ...at, routeName: "fast", ...rule }))).toEqual({
      routeName: "There is a route of this name.",
    });
    for (const name of ["", "Fast", "a b", "-x", "x".repeat(51), "ä"])
      expect(await reasonOf(routes().create({ ...at, routeName: name, ...rule }))).toBe("invalid_input");
    // Another workspace has its own names.
    const other = await workspace();
    await other.admin.api.routes.create({ workspace: other.slug, routeName: "fast", ...rule });
    expect(await routes().list(at)).toHaveLength(1);
  });

  test("are at most 100", async () => {
    await owner`
      insert into model_routes (workspace_id, id, mode, models)
      select ${acme.id}, 'route/r' || n, 'ordered', '[{"model":"small","weight":1}]' from generate_series(1, 100) n`;
    expect(await fieldsOf(routes().create({ ...at, routeName: "fast", ...rule }))).toEqual({
      routeName: "A workspace has at most 100 routes.",
    });
  });

  test("take no model that is not there; one that is gone meanwhile stays, and is shown as such", async () => {
    const own = await ownModel(owner, acme.id, {});
    expect(await fieldsOf(routes().create({ ...at, routeName: "fast", mode: "ordered", models: ["smal"] }))).toEqual({
      models: "There is no model smal in this workspace.",
    });
    await routes().create({ ...at, routeName: "fast", mode: "ordered", models: [own, "small"] });
    await owner`update models set deleted_at = now() where id = ${own}`;
    await routes().update({ ...at, routeId: "route/fast", mode: "ordered", models: ["small", own] });
    const [route] = await routes().list(at);
    expect(route?.models.map(({ state }) => state)).toEqual(["ready", "missing"]);
  });

  test("show what keeps a model from answering, and a private one's id to those alone who may see it", async () => {
    const dev = await memberOf(acme, "developer");
    const [archived, hidden] = await Promise.all([
      ownModel(owner, acme.id, { isArchived: true }),
      ownModel(owner, acme.id, { visibility: "private", createdBy: acme.admin.person.id, upstream: "small" }),
    ]);
    await routes().create({ ...at, routeName: "fast", mode: "ordered", models: [archived, hidden] });
    const statesOf = async (api: typeof dev.api) => (await api.routes.list(at))[0]?.models;
    expect(await statesOf(acme.admin.api)).toMatchObject([
      { model: archived, state: "archived" },
      { model: hidden, state: "for_some" },
    ]);
    expect(JSON.stringify(await statesOf(dev.api))).not.toContain(hidden);
  });

  test("are an Admin's to change, and every member's to see and to put on a key", async () => {
    await routes().create({ ...at, routeName: "fast", ...rule });
    for (const role of ["developer", "billing", "viewer"] as const) {
      const { api } = await memberOf(acme, role);
      expect(await api.routes.list(at)).toHaveLength(1);
      expect(await reasonOf(api.routes.create({ ...at, routeName: "other", ...rule }))).toBe("not_permitted");
      expect(await reasonOf(api.routes.remove({ ...at, routeId: "route/fast" }))).toBe("not_permitted");
    }
    const choices = await acme.admin.api.models.choices(at);
    expect(choices[0]).toEqual({ id: "route/fast", name: "route/fast" });
  });
});
