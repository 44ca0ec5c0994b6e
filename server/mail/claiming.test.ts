import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { claimDue, enqueue } from "./queries";

const put = (email: string) =>
  transaction("write", {}, (db) =>
    enqueue(db, {
      to: email,
      template: "sign-in",
      props: {
        url: "http://localhost:3000",
        email,
        expiresInMinutes: 10,
        requestedFrom: null,
        origin: "http://localhost:3000",
      },
    }),
  );

test("CR-13 a worker neither waits for the mails that another is claiming nor takes them", async () => {
  const [claimed, free] = [await put("ada@example.com"), await put("grace@example.com")];
  await owner.begin(async (other) => {
    await other`update mail_outbox set due_at = now() + interval '1 minute' where id = ${claimed}`;
    expect((await claimDue(10)).map(({ id }) => id)).toEqual([free]);
  });
  expect(await claimDue(10)).toEqual([]);
});
