import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { claimDue } from "@/server/mail/queries";
import { env } from "@/server/platform/env";
import type { SmtpSettings } from "@/server/platform/settings/smtp";
import { owner } from "@/tests/support/database";
import { type Answer, startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { makeDue } from "./queries";

let ada: Signed;
let resend: TestServer;
const closers: (() => void)[] = [];

beforeAll(async () => {
  resend = await startHttpServer(() => ({ body: { id: randomUUID() } }));
  process.env.RESEND_BASE_URL = resend.url;
});
beforeEach(async () => {
  env().smtp = null;
  env().MAILBOX_URL = undefined;
  resend.requests.length = 0;
  resend.answer = () => ({ body: { id: randomUUID() } });
  await owner`delete from mail_outbox`;
  ada = await operator();
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => resend.close());

/** Starts a mail server that accepts what `options` does not refuse, and configures it as the route. */
async function bySmtp(options: SMTPServerOptions = {}, settings: Partial<SmtpSettings> = {}) {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: (_auth, _session, done) => done(new Error("535 5.7.8 no")),
    onData: (stream, { envelope }, done) => {
      stream.resume();
      received.push(...envelope.rcptTo.map(({ address }) => address));
      stream.on("end", () => done());
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  closers.push(() => server.close());
  const { port } = server.server.address() as AddressInfo;
  env().smtp = { host: "127.0.0.1", port, encryption: "if-offered", timeoutMs: 5_000, ...settings };
  return received;
}

const lastEvent = async (action: "mail.tested" | "mail.retried") =>
  (await ada.api.instance.auditList({ search: "", action, userId: ada.person.id })).rows[0];

const no = (responseCode: number) => Object.assign(new Error("no"), { responseCode });

describe("OP-17 a test mail", () => {
  test("goes to the operator's own address at once, past the outbox, and is one row of the log", async () => {
    const received = await bySmtp();
    expect(await ada.api.instance.sendTestMail()).toMatchObject({ isSent: true, step: null });
    expect(received).toEqual([ada.person.email]);
    expect(await owner`select id from mail_outbox`).toEqual([]);
    expect((await lastEvent("mail.tested"))?.after).toEqual({ sentBy: "smtp", isSent: true });
  });

  test.each<[step: string, SMTPServerOptions, Partial<SmtpSettings>]>([
    ["name", {}, { host: "mail.invalid" }],
    ["connection", {}, { port: 1 }],
    ["encryption", {}, { encryption: "starttls" }],
    ["encryption", {}, { encryption: "tls" }],
    ["encryption", { disabledCommands: [] }, { encryption: "starttls" }],
    ["login", {}, { user: "ada", password: "a-wrong-password" }],
    ["login", { disabledCommands: ["AUTH", "STARTTLS"] }, { user: "ada", password: "a-wrong-password" }],
    ["sender", { onMailFrom: (_address, _session, done) => done(no(553)) }, {}],
    ["recipient", { onRcptTo: (_address, _session, done) => done(no(550)) }, {}],
    ["recipient", { onRcptTo: (_address, _session, done) => done(no(451)) }, {}],
    [
      "content",
      {
        onData: (stream, _session, done) => {
          stream.resume();
          stream.on("end", () => done(no(554)));
        },
      },
      {},
    ],
  ])("by SMTP names the step that failed: %s", async (step, options, settings) => {
    const received = await bySmtp(options, settings);
    const outcome = await ada.api.instance.sendTestMail();
    expect(outcome).toMatchObject({ isSent: false, step });
    expect(JSON.stringify(outcome)).not.toContain("a-wrong-password");
    expect(received).toEqual([]);
    expect((await lastEvent("mail.tested"))?.after).toEqual({ sentBy: "smtp", isSent: false, step });
  });

  const refused = (statusCode: number, name: string, message = "no") => ({
    status: statusCode,
    body: { statusCode, name, message },
  });
  test.each<[step: string, said: string, answer: Answer]>([
    ["login", "RESEND_API_KEY", refused(401, "missing_api_key")],
    ["login", "RESEND_API_KEY", refused(403, "invalid_api_key")],
    ["sender", "not verified", refused(403, "validation_error", "The acme.com domain is not verified.")],
    ["sender", "not verified", refused(422, "invalid_from_address")],
    ["recipient", "your address", refused(422, "validation_error", "Invalid `to` field.")],
    ["volume", "limit", refused(429, "daily_quota_exceeded")],
    ["other", "Try again", refused(500, "internal_server_error")],
  ])("by Resend names the step that failed: %s (%s)", async (step, said, answer) => {
    resend.answer = () => answer;
    const outcome = await ada.api.instance.sendTestMail();
    expect(outcome).toMatchObject({ isSent: false, step, said: expect.stringContaining(said) });
    expect(JSON.stringify(outcome)).not.toContain("re_test");
  });

  test("is sent five times a minute at most", async () => {
    for (let i = 0; i < 5; i++) expect(await ada.api.instance.sendTestMail()).toMatchObject({ isSent: true });
    expect(await reasonOf(ada.api.instance.sendTestMail())).toBe("too_many");
    expect(resend.requests).toHaveLength(5);
  });
});

test("the page says by which way mail goes out and which variable says so, never a password", async () => {
  const way = async () => (await ada.api.instance.mail()).wayOut;
  expect(await way()).toMatchObject({ kind: "resend", setBy: "RESEND_API_KEY", host: new URL(resend.url).host });
  env().MAILBOX_URL = resend.url;
  expect(await way()).toMatchObject({ kind: "mailbox", setBy: null });
  await bySmtp({}, { user: "ada", password: "secret-word", encryption: "tls" });
  const found = await way();
  expect(found).toMatchObject({ kind: "smtp", setBy: "SMTP_URL", encryption: "tls", hasLogin: true });
  expect(JSON.stringify(found)).not.toMatch(/secret-word|"ada"/);
});

/** Puts a mail into the outbox that is due in a number of seconds, after a failure or before its first attempt. */
const waits = async (seconds: number, lastError: string | null = "no connection") => {
  const [row] = await owner`
    insert into mail_outbox (template, payload, attempts, due_at, last_error)
    values ('invitation', 'to grace@example.com', 3, now() + make_interval(secs => ${seconds}), ${lastError}) returning id`;
  return row?.id as string;
};

const dueIn = async (id: string) =>
  (await owner`select extract(epoch from due_at - now())::float8 as due_in from mail_outbox where id = ${id}`)[0]
    ?.due_in;

describe("OP-17 the queue", () => {
  test("shows what waits after a failure and what was given up, page by page, and to whom none goes", async () => {
    const [first, second] = [await waits(100), await waits(900)];
    await waits(0, null);
    await owner`
      insert into mail_outbox (template, status, attempts, settled_at, last_error)
      select 'sign-in', 'failed', 5, now() - make_interval(mins => n), 'error ' || n from generate_series(1, 30) n`;
    const { instance } = ada.api;
    expect((await instance.mail()).queue).toMatchObject({ waiting: 3, failed: 30, since: expect.any(Date) });
    const waiting = await instance.mails({});
    expect(waiting.rows.map(({ id }) => id)).toEqual([first, second]);
    expect(waiting.rows[0]).toMatchObject({ name: "Invitation", attempts: 3, lastError: "no connection" });
    expect(JSON.stringify(waiting)).not.toContain("grace@example.com");
    const page = await instance.mails({ state: "failed" });
    expect(page.rows.map(({ lastError }) => lastError)).toEqual(Array.from({ length: 25 }, (_, i) => `error ${i + 1}`));
    expect(page.rows[0]).toMatchObject({ name: "Sign-in link", instead: expect.stringContaining("new link") });
    const more = await instance.mails({ state: "failed", after: page.next ?? "" });
    expect(more.rows.map(({ lastError }) => lastError)).toEqual(Array.from({ length: 5 }, (_, i) => `error ${i + 26}`));
    const back = await instance.mails({ state: "failed", before: more.previous ?? "" });
    expect(back.rows).toEqual(page.rows);
  });

  test("one mail, or all, are made due at once; failed ones never", async () => {
    const { instance } = ada.api;
    const [one, two, three] = [await waits(900), await waits(1_800), await waits(1_800)];
    expect(await instance.retryMails({ mailId: two })).toEqual({ mails: 1 });
    expect(await dueIn(two)).toBeLessThanOrEqual(0);
    expect(await dueIn(one)).toBeGreaterThan(800);
    expect((await lastEvent("mail.retried"))?.after).toEqual({ mails: 1, kind: "invitation" });
    expect(await instance.retryMails({})).toEqual({ mails: 2 });
    expect(await dueIn(three)).toBeLessThanOrEqual(0);
    expect((await lastEvent("mail.retried"))?.after).toEqual({ mails: 2 });
    await owner`update mail_outbox set status = 'failed', payload = null, settled_at = now() where id = ${one}`;
    expect(await reasonOf(instance.retryMails({ mailId: one }))).toBe("not_found");
  });

  test("a mail that a worker holds is left alone, also when the worker took it after the operator's transaction began", async () => {
    const held = await waits(0);
    const changed = await transaction("write", {}, async (db) => {
      await makeDue(db, randomUUID());
      expect((await claimDue(1)).map(({ id }) => id)).toEqual([held]);
      return makeDue(db);
    });
    expect(changed).toBe(0);
    expect(await dueIn(held)).toBeGreaterThan(50);
    expect(await ada.api.instance.retryMails({})).toEqual({ mails: 0 });
  });
});

test("OP-17 a test mail names the connection where Resend cannot be reached", async () => {
  await resend.close();
  expect(await ada.api.instance.sendTestMail()).toMatchObject({ isSent: false, step: "connection" });
  resend = await startHttpServer(() => ({ body: {} }));
});
