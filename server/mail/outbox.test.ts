import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { deliverDue, startOutbox } from "./job";
import { type Mail, openMail, sealMail } from "./outbox";
import { claimDue, enqueue } from "./queries";

const link = "http://localhost:3000/sign-in/confirm?token=a-secret-token";

const mail = (to: string): Mail => ({
  to,
  template: "sign-in",
  props: { url: link, email: to, expiresInMinutes: 10, requestedFrom: null, origin: "http://localhost:3000" },
});

let resend: TestServer;
const accepted = () => ({ body: { id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" } });
const refused = (status: number) => () => ({
  status,
  body: { statusCode: status, name: "some_error", message: `about ${link}` },
});

beforeAll(async () => {
  resend = await startHttpServer(accepted);
  process.env.RESEND_BASE_URL = resend.url;
});
beforeEach(async () => {
  resend.requests.length = 0;
  resend.answer = accepted;
  await owner`delete from mail_outbox`;
});
afterAll(() => resend.close());

const put = (to = "ada@example.com") => transaction("write", {}, (db) => enqueue(db, mail(to)));

const rowOf = async (id: string) =>
  (
    await owner`
      select status, attempts, payload is null as is_wiped, last_error, settled_at is not null as is_settled,
             extract(epoch from due_at - now())::float8 as due_in
      from mail_outbox where id = ${id}`
  )[0];

const dueNow = (id: string) => owner`update mail_outbox set due_at = now() where id = ${id}`;
const keys = () => resend.requests.map(({ headers }) => headers["idempotency-key"]);

test("what is sealed is opened again, and looks different each time", () => {
  const [one, two] = [sealMail(mail("ada@example.com")), sealMail(mail("ada@example.com"))];
  expect(openMail(one)).toEqual(mail("ada@example.com"));
  expect(one).not.toEqual(two);
  for (const text of ["ada@example.com", "a-secret-token", "sign-in"]) expect(one.includes(text)).toBe(false);
});

test("a sealed mail with any one byte changed, or cut short, is not opened", () => {
  const sealed = sealMail(mail("ada@example.com"));
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openMail(changed)).toBeNull();
  }
  for (const length of [0, 11, 12, 27, 28, sealed.length - 1]) expect(openMail(sealed.subarray(0, length))).toBeNull();
});

test("a mail is sent once, with its row's id as idempotency key, and its links are wiped", async () => {
  const id = await put();
  expect(await deliverDue()).toBe(1);
  expect(resend.requests).toHaveLength(1);
  const [request] = resend.requests;
  expect(request).toMatchObject({
    method: "POST",
    url: "/emails",
    headers: { authorization: "Bearer re_test", "idempotency-key": id },
  });
  const body = JSON.parse(request?.body ?? "");
  expect(body).toMatchObject({ from: "Atelier <atelier@localhost>", to: "ada@example.com" });
  expect(body.text).toContain(link);
  expect(body.html).toContain("a-secret-token");
  expect(await rowOf(id)).toMatchObject({ status: "sent", is_wiped: true, is_settled: true, last_error: null });
  expect(await deliverDue()).toBe(0);
  expect(resend.requests).toHaveLength(1);
});

test("a mail whose change was rolled back is never sent", async () => {
  const undone = transaction("write", {}, async (db) => {
    await enqueue(db, mail("ada@example.com"));
    throw new Error("a rule was broken");
  });
  await expect(undone).rejects.toThrow("a rule was broken");
  expect(await deliverDue()).toBe(0);
  expect(resend.requests).toEqual([]);
});

test.each([500, 503, 429, 401, 403, 408, 409])(
  "FA-05 a %i postpones a mail, longer each time, and tries with the same key",
  async (status) => {
    const id = await put();
    resend.answer = refused(status);
    for (const [attempt, wait] of [2, 4, 8].entries()) {
      expect(await deliverDue()).toBe(1);
      expect(await rowOf(id)).toMatchObject({
        status: "queued",
        attempts: attempt + 1,
        is_wiped: false,
        last_error: `some_error (${status})`,
        due_in: expect.closeTo(wait, 0),
      });
      expect(await deliverDue()).toBe(0);
      await dueNow(id);
    }
    resend.answer = accepted;
    await deliverDue();
    expect(await rowOf(id)).toMatchObject({ status: "sent", attempts: 4, is_wiped: true });
    expect(keys()).toEqual([id, id, id, id]);
  },
);

test("the wait between two tries grows to half an hour and no further", async () => {
  const id = await put();
  resend.answer = refused(500);
  await owner`update mail_outbox set attempts = 40 where id = ${id}`;
  await deliverDue();
  expect((await rowOf(id))?.due_in).toBeCloseTo(1_800, -1);
});

test.each([400, 422])("a %i gives a mail up at once, wiped, with a reason that holds no link", async (status) => {
  const id = await put();
  resend.answer = refused(status);
  await deliverDue();
  expect(await rowOf(id)).toMatchObject({
    status: "failed",
    is_wiped: true,
    is_settled: true,
    last_error: `some_error (${status})`,
  });
  await dueNow(id);
  expect(await deliverDue()).toBe(0);
  expect(resend.requests).toHaveLength(1);
});

test("an answer that is no JSON, and a connection that breaks, postpone a mail", async () => {
  const id = await put();
  resend.answer = () => ({ status: 502, body: "<html>Bad gateway" });
  await deliverDue();
  expect(await rowOf(id)).toMatchObject({ status: "queued", attempts: 1 });
});

test("a mail that cannot be opened is given up alone; the others go out", async () => {
  const [broken, whole] = [await put("broken@example.com"), await put("whole@example.com")];
  await owner`update mail_outbox set payload = set_byte(payload, 40, 255 - get_byte(payload, 40)) where id = ${broken}`;
  await deliverDue();
  expect(await rowOf(broken)).toMatchObject({
    status: "failed",
    is_wiped: true,
    last_error: "sealed with another AUTH_SECRET",
  });
  expect(await rowOf(whole)).toMatchObject({ status: "sent" });
  expect(keys()).toEqual([whole]);
});

test("a claim hands a mail that was tampered with over as null", async () => {
  const id = await put();
  await owner`update mail_outbox set payload = '\\x00' where id = ${id}`;
  expect(await claimDue(20)).toEqual([{ id, attempts: 1, mail: null }]);
});

test("CR-13 workers side by side send every mail once", async () => {
  const ids = await transaction("write", {}, (db) =>
    Promise.all(Array.from({ length: 90 }, (_, i) => enqueue(db, mail(`p${i}@example.com`)))),
  );
  const worker = async () => {
    while ((await deliverDue()) > 0);
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(keys().sort()).toEqual(ids.sort());
  const [row] =
    await owner`select count(*)::int as n from mail_outbox where status = 'sent' and attempts = 1 and payload is null`;
  expect(row?.n).toBe(90);
});

test("FA-05 a mail whose worker died goes to another after a minute, with the same key, so that the provider knows it", async () => {
  const id = await put();
  const [claimed] = await claimDue(20);
  expect(claimed).toMatchObject({ id, attempts: 1 });
  expect((await rowOf(id))?.due_in).toBeCloseTo(60, 0);
  expect(await deliverDue()).toBe(0);
  await owner`update mail_outbox set due_at = due_at - interval '1 minute' where id = ${id}`;
  expect(await deliverDue()).toBe(1);
  expect(keys()).toEqual([id]);
});

test("FA-05 a mail older than 23 hours is given up: the provider would no longer know that it had it", async () => {
  const [old, older] = [await put(), await put()];
  await owner`update mail_outbox set created_at = now() - interval '22 hours 59 minutes' where id = ${old}`;
  await owner`update mail_outbox set created_at = now() - interval '23 hours 1 minute' where id = ${older}`;
  await deliverDue();
  expect(keys()).toEqual([old]);
  expect(await rowOf(older)).toMatchObject({
    status: "failed",
    is_wiped: true,
    is_settled: true,
    last_error: "not sent in 23 hours",
  });
});

test("IS-16 the provider's Retry-After is waited for, up to half an hour", async () => {
  for (const [said, wait] of [
    ["120", 120],
    ["99999", 1_800],
    ["soon", 2],
  ] as const) {
    const id = await put();
    resend.answer = () => ({ ...refused(429)(), headers: { "retry-after": said } });
    await deliverDue();
    expect((await rowOf(id))?.due_in).toBeCloseTo(wait, -1);
  }
});

test("IS-16 mails that hang hold up neither a sign-in mail nor each other", async () => {
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  resend.answer = async ({ body }) => {
    if (!body.includes("ada@example.com")) await hanging;
    return accepted();
  };
  const notice = (to: string): Mail => ({
    ...{ to, template: "account-notice" },
    props: { about: "passkey-added", detail: null, url: link, recipient: to, origin: "http://localhost:3000" },
  });
  await transaction("write", {}, async (db) => {
    for (let i = 0; i < 25; i++) await enqueue(db, notice(`p${i}@example.com`));
  });
  const outbox = startOutbox();
  try {
    await expect.poll(() => resend.requests.length, { timeout: 10_000 }).toBe(20);
    const id = await put();
    await expect.poll(async () => (await rowOf(id))?.status, { timeout: 10_000 }).toBe("sent");
  } finally {
    release();
    await outbox.stop();
  }
});

test("IS-16 a request that takes too long is ended, so that the next attempt is the only one under way", async () => {
  const begun = new AbortController();
  const deadline = vi.spyOn(AbortSignal, "timeout").mockReturnValue(begun.signal);
  const keys: unknown[] = [];
  let closed = 0;
  const silent = createServer((request) => {
    keys.push(request.headers["idempotency-key"]);
    request.resume().once("close", () => {
      closed += 1;
    });
    setImmediate(() => begun.abort());
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("RESEND_BASE_URL", `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.resetModules();
  try {
    const { sendByResend } = await import("./delivery/resend");
    const parts = { from: "a@x.example", to: "b@x.example", subject: "s", html: "<p>h</p>", text: "h" };
    await expect(
      sendByResend({ id: "one-id", ...parts }, { key: "re_test", baseUrl: String(process.env.RESEND_BASE_URL) }),
    ).rejects.toThrow("no answer in 15 seconds");
    await expect.poll(() => closed).toBe(1);
    expect(keys).toEqual(["one-id"]);
    expect(deadline).toHaveBeenCalledWith(15_000);
  } finally {
    vi.unstubAllEnvs();
    deadline.mockRestore();
    silent.closeAllConnections();
    silent.close();
  }
});
