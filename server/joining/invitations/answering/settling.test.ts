import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { offer, type TestOffer } from "@/tests/support/offers";
import { reasonOf } from "@/tests/support/people";
import { settle } from "./queries";

const settleOnce = ({ acme, id }: TestOffer) =>
  transaction("write", { workspaceId: acme.id }, (db) => settle(db, acme.id, id, "accepted", null));

const statusOf = async ({ id }: TestOffer) => (await owner`select status from invitations where id = ${id}`)[0]?.status;

test("CR-03 of twenty that settle an invitation at once, without any lock, one does", async () => {
  for (let round = 0; round < 5; round++) {
    const made = await offer();
    const settled = await Promise.all(Array.from({ length: 20 }, () => settleOnce(made)));
    expect(settled.filter(Boolean)).toHaveLength(1);
  }
});

test.each(["declined", "revoked", "accepted"])("an invitation that is %s is not settled again", async (status) => {
  const made = await offer();
  await owner`update invitations set status = ${status}, settled_at = now() where id = ${made.id}`;
  expect(await settleOnce(made)).toBe(false);
  expect(await statusOf(made)).toBe(status);
});

test("I5 an invitation that has expired is not settled, not even by whom it is for", async () => {
  const made = await offer();
  await owner`update invitations set expires_at = now() - interval '1 second' where id = ${made.id}`;
  expect(await settleOnce(made)).toBe(false);
  expect(await reasonOf(made.guest.api.invitations.accept({ token: made.token }))).toBe("invitation_expired");
  expect(await statusOf(made)).toBe("pending");
});
