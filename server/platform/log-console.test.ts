import { expect, test } from "vitest";
import { logConsole } from "./log-console";

test("what a library prints becomes lines of the log", () => {
  const lines: unknown[][] = [];
  const note =
    (level: string) =>
    (...line: unknown[]) =>
      lines.push([level, ...line]);
  const target = { error: () => {}, warn: () => {} } as Pick<Console, "error" | "warn">;
  logConsole(target, { error: note("error"), warn: note("warn") } as never);
  const error = new Error("Objects are not valid as a React child\nat SignIn");
  target.error("⨯", error);
  target.warn("slow", { of: "something" });
  target.error({ of: "something" });
  expect(lines).toEqual([
    ["error", { err: error }, "⨯"],
    ["warn", {}, "slow"],
    ["error", {}, "printed by a library"],
  ]);
});
