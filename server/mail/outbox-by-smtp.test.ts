import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { deliverDue } from "./job";
import type { Mail } from "./outbox";
import { enqueueAll } from "./queries";

let underWay = 0;
let mostUnderWay = 0;
let answer: Error | null = null;
const arrived: string[] = [];

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onConnect: (_session, done) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    done();
  },
  onClose: () => {
    underWay--;
  },
  onRcptTo: (_address, _session, done) => done(answer),
  onData: (stream, { envelope }, done) => {
    stream.resume();
    stream.on("end", () => {
      arrived.push(...envelope.rcptTo.map(({ address }) => address));
      done();
    });
  },
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  delete process.env.RESEND_API_KEY;
  process.env.SMTP_URL = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const mail = (to: string): Mail => ({
  ...{ to, template: "account-notice" },
  props: {
    ...{ about: "passkey-added", detail: null, url: "http://localhost:3000", recipient: to },
    origin: "http://localhost:3000",
  },
});

test("a thousand mails at once reach the mail server once each, a few connections at a time", async () => {
  const addresses = Array.from({ length: 1_000 }, (_, i) => `p${i}@example.com`);
  await transaction("write", {}, (db) => enqueueAll(db, addresses.map(mail)));
  while ((await deliverDue()) > 0);
  expect(arrived.sort()).toEqual(addresses.sort());
  expect(mostUnderWay).toBeLessThanOrEqual(6);
}, 300_000);

test("a greylisting server gets a mail again later; an address that it does not have is given up", async () => {
  const [grey = "", gone = ""] = await transaction("write", {}, (db) =>
    enqueueAll(db, [mail("grey@example.com"), mail("gone@example.com")]),
  );
  const rowOf = async (id: string) =>
    (await owner`select status, attempts, last_error from mail_outbox where id = ${id}`)[0];
  await owner`update mail_outbox set due_at = now() + interval '1 hour' where id = ${gone}`;
  answer = Object.assign(new Error("4.7.1 try later"), { responseCode: 450 });
  await deliverDue();
  expect(await rowOf(grey)).toMatchObject({ status: "queued", attempts: 1 });
  answer = Object.assign(new Error("5.1.1 no such user"), { responseCode: 550 });
  await owner`update mail_outbox set due_at = case when id = ${gone} then now() else now() + interval '1 hour' end where status = 'queued'`;
  await deliverDue();
  expect(await rowOf(gone)).toMatchObject({
    status: "failed",
    last_error: expect.stringContaining("refused the recipient (550"),
  });
  answer = null;
  await owner`update mail_outbox set due_at = now() where id = ${grey}`;
  await deliverDue();
  expect(await rowOf(grey)).toMatchObject({ status: "sent", attempts: 2 });
});
