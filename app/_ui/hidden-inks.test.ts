import { expect, test } from "vitest";
import { hiddenInks } from "./hidden-inks";

test("an address switches off the series it names, and nothing else that it says does anything", () => {
  expect(hiddenInks("1.3")).toEqual([1, 3]);
  expect(hiddenInks("3.3.9")).toEqual([3, 9]);
  expect(hiddenInks(["2", "4"])).toEqual([2]);
  for (const said of [undefined, "", "0", "10", "constructor", "-1", "1,2", "x".repeat(1000)])
    expect(hiddenInks(said)).toEqual([]);
});
