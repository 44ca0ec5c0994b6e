import { createHash, randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { database } from "@/db/client";
import { owner } from "@/tests/support/database";
import { newPerson } from "@/tests/support/people";
import { chargeSignInMail } from "./sign-in-limits";

beforeEach(() => owner`delete from rate_buckets`);

async function outcomes(n: number, email: (i: number) => string, ip: (i: number) => string, mark?: string) {
  const sent: boolean[] = [];
  for (let i = 0; i < n; i++) {
    const charged = chargeSignInMail(database(), email(i), ip(i), mark);
    sent.push(
      await charged.then(
        () => true,
        () => false,
      ),
    );
  }
  return sent;
}

test("IS-10 requesting mails to an address does not lock out a browser that its owner has used", async () => {
  const { person } = await newPerson();
  const mark = randomBytes(32).toString("base64url");
  await owner`
    insert into known_browsers (user_id, mark_hash)
    values (${person.id}, ${createHash("sha256").update(mark).digest()})`;
  const to = () => person.email;
  expect((await outcomes(10, to, (i) => `203.0.113.${i}`)).filter(Boolean)).toHaveLength(3);
  expect(await outcomes(3, to, () => "203.0.113.1", mark)).toEqual([true, true, true]);
  // A mark does not work for another address, and expires by itself.
  const other = await newPerson();
  await outcomes(
    3,
    () => other.person.email,
    () => "203.0.113.9",
  );
  expect(
    await outcomes(
      1,
      () => other.person.email,
      () => "203.0.113.9",
      mark,
    ),
  ).toEqual([false]);
  expect((await outcomes(20, to, () => "203.0.113.1", mark)).filter(Boolean)).toHaveLength(7);
});

test.each(["sign-in-domain:catch-all.example", "sign-in-instance:all"])(
  "IS-09 mails to ever other addresses, from ever other clients, end as well: %s",
  async (bucket) => {
    const send = () =>
      outcomes(
        1,
        () => `${randomBytes(6).toString("hex")}@catch-all.example`,
        () => "198.51.100.1",
      );
    expect(await send()).toEqual([true]);
    // As if this many had been sent a moment from now: the leaking in between makes no difference.
    await owner`update rate_buckets set level = 1000, at = now() + interval '1 minute' where key = ${bucket}`;
    expect(await send()).toEqual([false]);
  },
);
