import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { deliverDue } from "../job";
import type { Mail } from "../outbox";
import { enqueue } from "../queries";
import { answerResendEvent } from "./resend-events";

const secret = `whsec_${randomBytes(24).toString("base64")}`;
const server = http.createServer((request, response) => {
  request.headers["x-client-address"] = "203.0.113.9";
  return answerResendEvent(request, response);
});
let url: string;
/** The mail server's answer for each recipient; null: it accepts the recipient. */
let answer: (Error & { responseCode?: number }) | null = null;
const arrived: string[] = [];
const mailServer = new SMTPServer({
  ...{ authOptional: true, disabledCommands: ["STARTTLS"] },
  onRcptTo: (_address, _session, done) => done(answer),
  onData: (stream, { envelope }, done) => {
    stream.resume();
    arrived.push(...envelope.rcptTo.map(({ address }) => address));
    stream.on("end", () => done());
  },
});

beforeAll(async () => {
  url = await listen(server);
  mailServer.listen(0, "127.0.0.1");
  await once(mailServer.server, "listening");
  const { port } = mailServer.server.address() as AddressInfo;
  env().smtp = { host: "127.0.0.1", port, encryption: "if-offered", timeoutMs: 5_000 };
});
beforeEach(async () => {
  env().RESEND_WEBHOOK_SECRET = secret;
  answer = null;
  arrived.length = 0;
  await owner`truncate suppressed_addresses, mail_events, mail_outbox cascade`;
});
afterAll(async () => {
  env().RESEND_WEBHOOK_SECRET = undefined;
  await closeNow(server);
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
});

type Sent = { id?: string; at?: Date; with?: string; headers?: Record<string, string> };
const post = (
  event: unknown,
  { id = `msg_${randomUUID()}`, at = new Date(), with: key = secret, headers }: Sent = {},
) => {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const signed = {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "svix-signature": new Webhook(key).sign(id, at, body),
  };
  return fetch(url, { method: "POST", body, headers: { ...signed, ...headers } });
};
const bounced = (to: string, type = "Permanent") => ({
  type: "email.bounced",
  data: { to: [to], bounce: { type, subType: "General", message: "no such mailbox" } },
});
const suppressed = async () =>
  (await owner`select email, reason, detail from suppressed_addresses order by email`).map((row) => ({ ...row }));
const origin = "http://localhost:3000";
const mailTo = (to: string, template: "account-notice" | "sign-in"): Mail =>
  template === "sign-in"
    ? { to, template, props: { url: origin, email: to, expiresInMinutes: 10, requestedFrom: null, origin } }
    : { to, template, props: { about: "passkey-added", detail: null, url: origin, recipient: to, origin } };
const send = (to: string, template: "account-notice" | "sign-in" = "account-notice") =>
  transaction("write", {}, (db) => enqueue(db, mailTo(to, template)));

test("only what Resend has signed lately is taken, and nothing is written of the rest", async () => {
  env().RESEND_WEBHOOK_SECRET = undefined;
  expect((await post(bounced("gone@example.com"))).status).toBe(404);
  env().RESEND_WEBHOOK_SECRET = secret;
  const old = new Date(Date.now() - 6 * 60_000);
  const ahead = new Date(Date.now() + 6 * 60_000);
  const other = `whsec_${randomBytes(24).toString("base64")}`;
  const refused: Sent[] = [{ at: old }, { at: ahead }, { with: other }, { headers: { "svix-signature": "v1,AAAA" } }];
  for (const [name, value] of [
    ["svix-id", "msg_another"],
    ["svix-timestamp", "now"],
    ["svix-id", ""],
  ] as const)
    refused.push({ headers: { [name]: value } });
  for (const sent of refused)
    expect((await post(bounced("gone@example.com"), sent)).status, JSON.stringify(sent)).toBe(401);
  expect((await post(`"${"x".repeat(300_000)}"`)).status).toBe(413);
  expect((await fetch(url)).status).toBe(405);
  expect(await suppressed()).toEqual([]);
  expect(await owner`select id from mail_events`).toHaveLength(0);
});

test("a permanent bounce and a complaint suppress; a full mailbox, other events and nonsense do not", async () => {
  for (const event of [
    bounced("Gone <Gone@Example.com>"),
    bounced("full@example.com", "Transient"),
    { type: "email.complained", data: { to: ["annoyed@example.com", "not an address"] } },
    { type: "email.delivered", data: { to: ["fine@example.com"] } },
    { type: "constructor", data: { to: 7 } },
    "no JSON at all",
  ])
    expect((await post(event)).status).toBe(200);
  expect(await suppressed()).toEqual([
    { email: "annoyed@example.com", reason: "complained", detail: null },
    { email: "gone@example.com", reason: "bounced", detail: "Permanent General" },
  ]);
});

test("an operator allows an address again, and an event that is sent once more changes nothing", async () => {
  const ada = await operator();
  await post(bounced("gone@example.com"), { id: "msg_1" });
  const { rows } = await ada.api.instance.suppressedAddresses({});
  expect(rows).toMatchObject([{ email: "gone@example.com", reason: "bounced" }]);
  const addressId = rows[0]?.id ?? "";
  const both = await Promise.allSettled([1, 2].map(() => ada.api.instance.allowAddress({ addressId })));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await owner`select before from audit_events where action = 'mail.address_allowed'`).toMatchObject([
    { before: { address: "gone@example.com", reason: "bounced" } },
  ]);
  expect((await post(bounced("gone@example.com"), { id: "msg_1" })).status).toBe(200);
  expect(await suppressed()).toEqual([]);
});

test("no mail is sent to a suppressed address, but a sign-in link for an operator is", async () => {
  const ada = await operator();
  for (const email of ["gone@example.com", ada.person.email]) await post(bounced(email));
  const ids = [await send("gone@example.com"), await send("gone@example.com", "sign-in"), await send(ada.person.email)];
  await send(ada.person.email, "sign-in");
  await send("fine@example.com");
  // An address in OPERATORS is an operator's even before the first sign-in.
  env().operators = ["ops@example.com"];
  await post(bounced("ops@example.com"));
  await send("ops@example.com", "sign-in");
  while ((await deliverDue()) > 0);
  env().operators = [];
  expect(arrived.sort()).toEqual([ada.person.email, "fine@example.com", "ops@example.com"].sort());
  expect(await owner`select status, last_error from mail_outbox where id = any(${ids})`).toEqual(
    ids.map(() => ({ status: "failed", last_error: "not sent: the address is suppressed (bounced)" })),
  );
});

test.each([
  ["550 5.1.1 no such user", 550, "550 5.1.1"],
  ["551 user has moved", 551, "551"],
  ["550 5.7.1 relaying denied", 550, undefined],
  ["550 relay not permitted", 550, undefined],
  ["552 5.2.2 mailbox full", 552, undefined],
  ["550 user unknown", 550, "550"],
  ["550 too many messages in this session", 550, undefined],
  ["550 sender verify failed", 550, undefined],
  ["553 sender rejected", 553, undefined],
  ["550 rejected from 185.5.1.1", 550, undefined],
])("a mail server's refusal %j suppresses only if there is no such mailbox", async (text, responseCode, detail) => {
  answer = Object.assign(new Error(text.replace(/^\d+ /, "")), { responseCode });
  await send("gone@example.com");
  await deliverDue();
  expect(await suppressed()).toEqual(
    detail === undefined ? [] : [{ email: "gone@example.com", reason: "refused", detail }],
  );
});

test("an invitation says that its mail bounced, and of a complaint only that it is not delivered", async () => {
  const acme = await workspace();
  for (const email of ["gone@example.com", "annoyed@example.com", "fine@example.com"])
    await acme.admin.api.invitations.create({ workspace: acme.slug, emails: email, role: "viewer" });
  await post(bounced("gone@example.com"));
  await post({ type: "email.complained", data: { to: "annoyed@example.com" } });
  const rows = (await acme.admin.api.invitations.list({ workspace: acme.slug })).rows;
  const states = rows.map(({ email, isBounced, isSuppressed }) => [email, isBounced, isSuppressed]);
  expect(states.sort()).toEqual([
    ["annoyed@example.com", false, true],
    ["fine@example.com", false, false],
    ["gone@example.com", true, true],
  ]);
});
