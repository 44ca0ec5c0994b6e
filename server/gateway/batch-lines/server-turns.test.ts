import { expect, test } from "vitest";
import { turnOf } from "./server-turns";

test("the servers of two workspaces have turns of their own, also where both are called the same", () => {
  const named = (workspaceId: string) => ({
    settings: { name: "own/main", url: "https://models.example/v1" },
    source: { kind: "workspace" as const, id: `id-${workspaceId}`, workspaceId, isDraining: false },
  });
  const turns = ["one", "two"].map((workspaceId) => turnOf(named(workspaceId) as never, "m"));
  expect(new Set(turns).size).toBe(2);
  expect(turnOf({ ...named("one"), source: { kind: "environment" } } as never, "m")).toBe("own/main");
  expect(turnOf(undefined, "m")).toBe("m");
});
