import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertPreset } from "@/tests/support/factories/presets";
import { memberOf, reasonOf, workspace } from "@/tests/support/people";
import { mostPresets } from "./input";

const weather = JSON.stringify([{ type: "function", function: { name: "weather", parameters: {} } }]);

const actionsIn = async ({ id }: { id: string }) =>
  (
    await owner<{ action: string }[]>`
      select action from audit_events where workspace_id = ${id} and action like 'preset.%' order by at, id`
  ).map(({ action }) => action);

test("a preset is kept, listed by name, changed and deleted, each with one event that does not repeat it", async () => {
  const acme = await workspace();
  const { api } = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const { id } = await api.playground.createPreset({
    ...{ ...at, name: "Terse", instructions: " Answer in one sentence. ", temperature: "0.2", maxTokens: "" },
    ...{ isJson: "on", tools: weather },
  });
  await api.playground.createPreset({ ...at, name: "Kind" });
  const viewer = await memberOf(acme, "viewer");
  expect(await viewer.api.playground.presets(at)).toMatchObject([
    { name: "Kind", instructions: "", parameters: {}, tools: "" },
    {
      ...{ id, name: "Terse", instructions: "Answer in one sentence.", tools: weather },
      parameters: { temperature: 0.2, isJson: true },
    },
  ]);
  await api.playground.updatePreset({ ...at, presetId: id, name: "terse", topP: "0.5" });
  expect(await api.playground.presets(at)).toMatchObject([
    { name: "Kind" },
    { name: "terse", parameters: { topP: 0.5 } },
  ]);
  await api.playground.removePreset({ ...at, presetId: id });
  expect(await reasonOf(api.playground.removePreset({ ...at, presetId: id }))).toBe("not_found");
  expect(await actionsIn(acme)).toEqual(["preset.created", "preset.created", "preset.updated", "preset.deleted"]);
  const [said] = await owner`
    select string_agg(coalesce(before::text, '') || coalesce(after::text, ''), '') as text
    from audit_events where workspace_id = ${acme.id} and action like 'preset.%'`;
  expect(said?.text).toContain("Terse");
  expect(said?.text).not.toContain("one sentence");
});

test("what is too much, no number, no tools or a taken name is refused at its field", async () => {
  const acme = await workspace();
  const { api } = acme.admin;
  const at = { workspace: acme.slug };
  const { id } = await api.playground.createPreset({ ...at, name: "One" });
  const refused = async (values: object) => reasonOf(api.playground.createPreset({ ...at, name: "Two", ...values }));
  for (const values of [
    { name: "ONE" },
    { name: " " },
    { instructions: "a".repeat(20_001) },
    { instructions: "a\u0000" },
    { instructions: "\ud800" },
    { temperature: "3" },
    { temperature: "hot" },
    { topP: "1.1" },
    { maxTokens: "1.5" },
    { tools: "{}" },
    { tools: "[]" },
    { tools: '[{"type": "function"}]' },
    { tools: "[".repeat(10_000) },
  ])
    expect([values, await refused(values)]).toEqual([values, "invalid_input"]);
  const other = await api.playground.createPreset({ ...at, name: "Two" });
  expect(await reasonOf(api.playground.updatePreset({ ...at, presetId: other.id, name: "one" }))).toBe("invalid_input");
  await api.playground.updatePreset({ ...at, presetId: id, name: "ONE" });
});

test("a workspace has a hundred presets at most, also when two are made at once", async () => {
  const acme = await workspace();
  for (let i = 1; i < mostPresets; i++) await insertPreset(owner, acme.id, null);
  const outcomes = await Promise.allSettled([
    acme.admin.api.playground.createPreset({ workspace: acme.slug, name: "First" }),
    acme.admin.api.playground.createPreset({ workspace: acme.slug, name: "Second" }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await reasonOf(acme.admin.api.playground.createPreset({ workspace: acme.slug, name: "Third" }))).toBe(
    "invalid_input",
  );
  const [row] = await owner`select count(*)::int as n from playground_presets where workspace_id = ${acme.id}`;
  expect(row?.n).toBe(mostPresets);
});

test("of two presets of one name that are made at once, one is kept", async () => {
  const acme = await workspace();
  const outcomes = await Promise.allSettled(
    ["Same", "SAME"].map((name) => acme.admin.api.playground.createPreset({ workspace: acme.slug, name })),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("presets have a bound together, and who saves one last is whose it is", async () => {
  const acme = await workspace();
  const dev = await memberOf(acme, "developer");
  const at = { workspace: acme.slug };
  const long = "x".repeat(20_000);
  const ids: string[] = [];
  for (let n = 0; n < 15; n++)
    ids.push((await acme.admin.api.playground.createPreset({ ...at, name: `Long ${n}`, instructions: long })).id);
  const one = { ...at, name: "One more", instructions: "x" };
  expect(await reasonOf(acme.admin.api.playground.createPreset(one))).toBe("invalid_input");
  const [presetId = ""] = ids;
  await dev.api.playground.updatePreset({ ...at, presetId, name: "Long 0", instructions: long });
  const [first] = await dev.api.playground.presets(at);
  expect(first).toMatchObject({ name: "Long 0", makerName: dev.person.name });
});
