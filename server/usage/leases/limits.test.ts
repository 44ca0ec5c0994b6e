import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertTag } from "@/tests/support/factories/tags";
import { workspace } from "@/tests/support/people";
import { LimitsMemory } from "./limits";

test("what the keys of a workspace have in common is remembered once, and anew when it has changed", async () => {
  const { id, slug, admin } = await workspace();
  const { api } = admin;
  await insertTag(owner, id, "search");
  await api.budgets.set({ workspace: slug, of: "tag:search", span: "day", limit: "5" });
  await api.budgets.set({ workspace: slug, of: "model:m", span: "day", limit: "5" });
  await api.endUsers.set({ workspace: slug, fields: ["user"], names: "hash", missing: "together" });
  const make = async (name: string) => (await api.keys.create({ workspace: slug, name })).id;
  const [one, two] = [await make("One"), await make("Two")];
  const memory = new LimitsMemory(
    () => true,
    () => {},
    () => {},
  );
  const [first, second] = [await memory.load(id, one, null), await memory.load(id, two, null)];
  expect(first?.byTag.get("search")).toHaveLength(1);
  for (const what of ["byTag", "byModel", "tagging", "endUsers"] as const) expect(second?.[what]).toBe(first?.[what]);
  expect(second?.countedAs).not.toBe(first?.countedAs);
  await owner`update budgets set amount = 7000000 where workspace_id = ${id} and whose = 'tag:search'`;
  const third = await memory.load(id, await make("Three"), null);
  expect(third?.byTag.get("search")?.[0]?.limit).toBe(7_000_000);
  expect(third?.byModel).toBe(first?.byModel);
});
