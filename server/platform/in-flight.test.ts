import { expect, test } from "vitest";
import { InFlight, InFlightById } from "./in-flight";

test("what is in flight is listed in the order in which it came", () => {
  const inFlight = new InFlight<string>();
  const [a, b, c] = ["a", "b", "c"].map((member) => inFlight.add(member));
  expect([...inFlight]).toEqual(["a", "b", "c"]);
  expect(b && inFlight.remove(b)).toBe(true);
  expect([...inFlight]).toEqual(["a", "c"]);
  expect(c && inFlight.remove(c)).toBe(true);
  const d = inFlight.add("d");
  expect(a && inFlight.remove(a)).toBe(true);
  expect([...inFlight]).toEqual(["d"]);
  expect(inFlight.size).toBe(1);
  expect(inFlight.remove(d)).toBe(true);
  expect([...inFlight]).toEqual([]);
  expect(inFlight.size).toBe(0);
});

test("what has left cannot leave again", () => {
  const inFlight = new InFlight<string>();
  const place = inFlight.add("a");
  inFlight.add("a");
  expect([inFlight.remove(place), inFlight.remove(place)]).toEqual([true, false]);
  expect([...inFlight]).toEqual(["a"]);
});

test("members may leave and come while they are listed", () => {
  const inFlight = new InFlight<number>();
  const places = [1, 2, 3].map((member) => inFlight.add(member));
  const seen: number[] = [];
  for (const member of inFlight) {
    seen.push(member);
    for (const place of places) inFlight.remove(place);
    if (member === 1) inFlight.add(4);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect([...inFlight]).toEqual([4]);
});

test("what is in flight by its id is found, put in the place of another, and taken once", () => {
  const inFlight = new InFlightById<{ n: number }>();
  inFlight.set("a", { n: 1 });
  inFlight.set("b", { n: 2 });
  inFlight.set("a", { n: 3 });
  expect(inFlight.list()).toEqual([{ n: 3 }, { n: 2 }]);
  expect([inFlight.get("a"), inFlight.get("c"), inFlight.size]).toEqual([{ n: 3 }, undefined, 2]);
  expect([inFlight.take("a"), inFlight.take("a")]).toEqual([{ n: 3 }, undefined]);
  expect(inFlight.list()).toEqual([{ n: 2 }]);
});
