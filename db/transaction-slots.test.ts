import { expect, test } from "vitest";
import { acquireTransactionSlot } from "./transaction-slots";

test("a person has two transactions at a time and the rest in turn; another person is not kept waiting", async () => {
  const [first, second] = [await acquireTransactionSlot("ada"), await acquireTransactionSlot("ada")];
  const order: number[] = [];
  const waiting = [1, 2].map(async (n) => {
    const leave = await acquireTransactionSlot("ada");
    order.push(n);
    return leave;
  });
  (await acquireTransactionSlot("grace"))();
  expect(order).toEqual([]);
  first();
  (await waiting[0])?.();
  (await waiting[1])?.();
  expect(order).toEqual([1, 2]);
  second();
  (await acquireTransactionSlot("ada"))();
});

test("a person with fifty waiting is refused the next, and has turns again afterwards", async () => {
  const held = [await acquireTransactionSlot("mallory"), await acquireTransactionSlot("mallory")];
  const waiting = Array.from({ length: 50 }, () => acquireTransactionSlot("mallory"));
  await expect(acquireTransactionSlot("mallory")).rejects.toMatchObject({ code: "TOO_MANY_WAITING" });
  for (const leave of held) leave();
  for (const turn of waiting) (await turn)();
  (await acquireTransactionSlot("mallory"))();
});

test("a person who gets no turn in time is refused, and the turn goes to the next", async () => {
  const held = [await acquireTransactionSlot("eve"), await acquireTransactionSlot("eve")];
  const impatient = acquireTransactionSlot("eve", 20);
  const patient = acquireTransactionSlot("eve", 20_000);
  await expect(impatient).rejects.toMatchObject({ code: "TOO_MANY_WAITING" });
  held[0]?.();
  (await patient)();
  held[1]?.();
});
