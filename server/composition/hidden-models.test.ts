import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { roles } from "@/server/access/permissions";
import { workspaceSections } from "@/server/account/export/sections";
import { owner } from "@/tests/support/database";
import { type Hidden, hideOne, named } from "@/tests/support/hidden-models";
import { apiFor, memberOf, type Signed } from "@/tests/support/people";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, procedures } from "@/tests/support/procedures/list";
import { type World, world } from "@/tests/support/procedures/world";

/**
 * Returns the inputs for a procedure: the one that succeeds in this world, and all that could reveal a hidden model.
 */
function inputsFor(path: string, shape: object, here: World, hidden: Hidden): (object | undefined)[] {
  const { workspace } = here.ids;
  const usual = inputFor(path, here);
  const more: object[] = [];
  if ("search" in shape) for (const search of hidden.words) more.push({ ...usual, search });
  if ("modelId" in shape) more.push({ ...usual, modelId: hidden.id });
  if ("jobId" in shape) more.push({ ...usual, jobId: hidden.jobId });
  if ("batchId" in shape) more.push({ ...usual, batchId: hidden.batchId });
  if ("keyId" in shape && !path.startsWith("usage.")) more.push({ ...usual, keyId: hidden.keyId });
  if ("suffix" in shape && path !== "fineTuning.create") more.push({ ...usual, suffix: hidden.words[2] });
  if (path.startsWith("usage."))
    more.push({ workspace }, ...("groupBy" in shape ? [{ workspace, groupBy: "model" }] : []));
  if (path === "account.exportWorkspacePart")
    for (const section of Object.keys(workspaceSections)) more.push({ ...usual, section });
  return [usual, ...more];
}

const queries = procedures().filter(({ type }) => type === "query");

/** Returns a world in which the parts of an export of the account can be read. */
async function worldToRead(role?: Parameters<typeof world>[0]): Promise<World> {
  const here = await world(role);
  await callerOf("account.exportWorkspacePart", here).api.account.beginExport();
  return here;
}

describe.each(roles)("IS-11 for a member with the role %s", (role) => {
  let here: World;
  let hiddenFromOthers: Hidden[];
  let caller: Signed;

  beforeAll(async () => {
    here = await worldToRead(role);
    const other = await memberOf(here.workspace, "developer");
    hiddenFromOthers = [
      await hideOne(here),
      await hideOne(here, { visibility: "members", members: [other.person.id] }),
      await hideOne(here, { origin: "registered", isArchived: true }),
      await hideOne(here),
    ];
    await owner`update models set deleted_at = now() where id = ${hiddenFromOthers[3]?.id ?? ""}`;
    caller = here.caller;
  });

  test.each(queries)("$path names no model that is for others", async ({ path, shape }) => {
    for (const hidden of hiddenFromOthers)
      for (const input of inputsFor(path, shape, here, hidden)) {
        const who = callerOf(path, here) === here.caller ? caller : here.invited;
        const answer = await call(who.api, path, input);
        // The caller may read back what they sent.
        const sent = JSON.stringify(input ?? null);
        const found = named(answer, hidden).filter((word) => !sent.includes(word));
        if (role !== "admin") expect({ input, found, answer: found.length > 0 && answer }).toMatchObject({ found: [] });
      }
  });
});

test("IS-11 the walk is able to find a name: Admins read it in every place that it is kept from others", async () => {
  const here = await worldToRead();
  const hidden = await hideOne(here);
  const telling = new Set<string>();
  for (const { path, shape } of queries)
    for (const input of inputsFor(path, shape, here, hidden)) {
      const answer = await call(callerOf(path, here).api, path, input);
      if (named(answer, hidden).some((word) => !JSON.stringify(input ?? null).includes(word))) telling.add(path);
    }
  expect([...telling].sort()).toEqual([
    ...["account.exportWorkspacePart", "batches.get", "batches.list"],
    ...["billing.get", "billing.statement", "billing.statementLines"],
    ...[
      "fineTuning.get",
      "fineTuning.list",
      "keys.get",
      "keys.record",
      "limits.get",
      "limits.models",
      "models.get",
      "models.list",
    ],
    ...["palette.search", "usage.export", "usage.filters", "usage.recent", "usage.report", "workspaces.overview"],
  ]);
});

test("IS-11 an Admin who views as a Viewer is shown no name either", async () => {
  const here = await world();
  const hidden = await hideOne(here, { createdBy: here.invited.person.id });
  const viewing = apiFor(here.caller.person, "viewer");
  for (const { path, shape } of queries.filter(({ access }) => access !== "public" && access !== "signed-in"))
    for (const input of inputsFor(path, shape, here, hidden)) {
      const sent = JSON.stringify(input ?? null);
      expect(named(await call(viewing, path, input), hidden).filter((word) => !sent.includes(word))).toEqual([]);
    }
});

describe("IS-11 a stand-in", () => {
  let here: World;
  let hidden: Hidden;
  let viewer: Signed;
  const workspace = () => ({ workspace: here.ids.workspace });
  beforeEach(async () => {
    here = await world();
    hidden = await hideOne(here);
    viewer = await memberOf(here.workspace, "billing");
  });
  const standIn = async (who: Signed) =>
    (await who.api.usage.filters(workspace())).models.find((id) => id.startsWith("private-model-")) ?? "";

  test("is the same for each reader, keeps amounts apart and their sum right, and is understood as a filter", async () => {
    const second = await hideOne(here);
    const shown = await viewer.api.usage.report({ ...workspace(), groupBy: "model" });
    const real = await here.caller.api.usage.report({ ...workspace(), groupBy: "model" });
    expect(shown.totals).toEqual(real.totals);
    expect(shown.groups.map(({ cost, requests }) => [cost, requests])).toEqual(
      real.groups.map(({ cost, requests }) => [cost, requests]),
    );
    expect(new Set(shown.groups.map(({ id }) => id)).size).toBe(real.groups.length);
    const name = await standIn(viewer);
    expect(name).toMatch(/^private-model-[0-9a-f]{12}$/);
    expect((await (await memberOf(here.workspace, "viewer")).api.usage.filters(workspace())).models).toContain(name);
    const model = shown.groups.find(({ id }) => id === name);
    const filtered = await viewer.api.usage.report({ ...workspace(), model: name });
    expect(filtered.totals).toMatchObject({ cost: model?.cost, requests: model?.requests });
    expect([hidden.id, second.id]).not.toContain(name);
  });

  test("can be given a limit, which holds for the model", async () => {
    const name = await standIn(viewer);
    await viewer.api.limits.setRate({ ...workspace(), model: name, requestsPerMinute: "7" });
    const limits =
      await owner`select model from rate_limits where workspace_id = ${here.workspace.id} and requests_per_minute = 7`;
    expect(limits).toEqual([{ model: hidden.id }]);
  });

  test("opens no page of the model and lets it be used by none", async () => {
    const model = await standIn(viewer);
    expect(await call(viewer.api, "models.get", { ...workspace(), modelId: model })).toMatchObject({
      reason: "not_found",
    });
    const developer = await memberOf(here.workspace, "developer");
    expect(await call(developer.api, "models.update", { ...workspace(), modelId: model, name: "Mine" })).toMatchObject({
      reason: "not_found",
    });
  });

  test("is no filter by the hidden id itself: that finds what an unknown one finds", async () => {
    const unknown = hidden.id.replace(/.{8}$/, "00000000");
    const ask = (model: string) => viewer.api.usage.recent({ ...workspace(), model });
    expect(await ask(hidden.id)).toEqual(await ask(unknown));
    expect((await viewer.api.usage.filters({ ...workspace(), model: hidden.id })).models).toContain(hidden.id);
    expect((await here.caller.api.usage.recent({ ...workspace(), model: hidden.id })).rows.length).toBeGreaterThan(0);
  });
});
