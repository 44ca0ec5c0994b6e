import { expect, test } from "vitest";
import { turnOf } from "./turns";

test("a person has two transactions at a time and the rest in turn; another person is not kept waiting", async () => {
  const [first, second] = [await turnOf("ada"), await turnOf("ada")];
  const order: number[] = [];
  const waiting = [1, 2].map(async (n) => {
    const leave = await turnOf("ada");
    order.push(n);
    return leave;
  });
  (await turnOf("grace"))();
  expect(order).toEqual([]);
  first();
  (await waiting[0])?.();
  (await waiting[1])?.();
  expect(order).toEqual([1, 2]);
  second();
  (await turnOf("ada"))();
});

test("whoever has fifty waiting is refused the next, and has turns again afterwards", async () => {
  const held = [await turnOf("mallory"), await turnOf("mallory")];
  const waiting = Array.from({ length: 50 }, () => turnOf("mallory"));
  await expect(turnOf("mallory")).rejects.toMatchObject({ code: "TOO_MANY_WAITING" });
  for (const leave of held) leave();
  for (const turn of waiting) (await turn)();
  (await turnOf("mallory"))();
});

test("whoever gets no turn in time is refused, and their turn goes to the next", async () => {
  const held = [await turnOf("eve"), await turnOf("eve")];
  const impatient = turnOf("eve", 20);
  const patient = turnOf("eve", 20_000);
  await expect(impatient).rejects.toMatchObject({ code: "TOO_MANY_WAITING" });
  held[0]?.();
  (await patient)();
  held[1]?.();
});
