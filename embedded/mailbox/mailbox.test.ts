import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Resend } from "resend";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Mailbox, startMailbox } from "./mailbox";
import { MailStore } from "./store";

let dataDir = "";
let mailbox: Mailbox;
let resend: Resend;

async function start() {
  mailbox = await startMailbox({ dataDir });
  resend = new Resend("re_mailbox", { baseUrl: mailbox.url });
}

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "atelier-mailbox-"));
  await start();
});
afterEach(async () => {
  await mailbox.stop();
  await rm(dataDir, { recursive: true });
});

const mail = (subject: string) => ({
  from: "Atelier <atelier@localhost>",
  to: "ada@example.com",
  subject,
  html: `<p>${subject}</p>`,
  text: subject,
});

test("what the SDK sends is what the SDK reads", async () => {
  const { data, error } = await resend.emails.send({
    ...mail("Hello"),
    to: ["ada@example.com", "Bob <bob@example.com>"],
    replyTo: "help@example.com",
    headers: { "X-Entity-Ref-ID": "1" },
    tags: [{ name: "kind", value: "sign-in" }],
  });
  expect(error).toBeNull();
  const read = await resend.emails.get(data?.id ?? "");
  expect(read.data).toMatchObject({
    object: "email",
    id: data?.id,
    from: "Atelier <atelier@localhost>",
    to: ["ada@example.com", "Bob <bob@example.com>"],
    reply_to: ["help@example.com"],
    subject: "Hello",
    html: "<p>Hello</p>",
    text: "Hello",
    headers: { "X-Entity-Ref-ID": "1" },
    tags: [{ name: "kind", value: "sign-in" }],
    last_event: "delivered",
  });
  const unknown = await resend.emails.get("00000000-0000-0000-0000-000000000000");
  expect(unknown.error).toMatchObject({ name: "not_found", statusCode: 404 });
});

test("the list is newest first, in pages", async () => {
  for (const subject of ["one", "two", "three"]) await resend.emails.send(mail(subject));
  const subjects = async (options: Parameters<typeof resend.emails.list>[0]) => {
    const { data } = await resend.emails.list(options);
    return { more: data?.has_more, found: data?.data.map((item) => item.subject), last: data?.data.at(-1)?.id ?? "" };
  };
  const first = await subjects({ limit: 2 });
  expect(first).toMatchObject({ more: true, found: ["three", "two"] });
  expect(await subjects({ limit: 2, after: first.last })).toMatchObject({ more: false, found: ["one"] });
  expect(await subjects({ limit: 2, before: first.last })).toMatchObject({ more: false, found: ["three"] });
});

test("the same idempotency key delivers once, also at once and after a restart; for another mail it is refused", async () => {
  const send = (subject: string) => resend.emails.send(mail(subject), { idempotencyKey: "key-1" });
  const results = await Promise.all(Array.from({ length: 10 }, () => send("Hello")));
  const [id] = new Set(results.map((result) => result.data?.id));
  expect(new Set(results.map((result) => result.data?.id))).toEqual(new Set([id]));
  await mailbox.stop();
  await start();
  expect((await send("Hello")).data?.id).toBe(id);
  expect((await send("Goodbye")).error).toMatchObject({ name: "invalid_idempotent_request", statusCode: 409 });
  expect((await resend.emails.list()).data?.data).toHaveLength(1);
});

test("a mail whose delivery was cut off after the key was written is delivered by the retry", async () => {
  const send = () => resend.emails.send(mail("Hello"), { idempotencyKey: "key-1" });
  const first = await send();
  const folder = path.join(dataDir, "mailbox");
  const [name] = (await readdir(folder)).filter((found) => found.endsWith(".json"));
  await rm(path.join(folder, name ?? ""));
  expect((await send()).data?.id).toBe(first.data?.id);
  expect((await resend.emails.get(first.data?.id ?? "")).data?.subject).toBe("Hello");
});

test("mails survive a restart and the oldest beyond a thousand are removed", async () => {
  const store = new MailStore(path.join(dataDir, "mailbox"));
  await store.open();
  const rest = { cc: null, bcc: null, reply_to: null, html: null, headers: {}, tags: [] };
  for (let index = 0; index < 1_003; index += 1) {
    await store.add({ from: "a@b.c", to: ["d@e.f"], subject: `mail ${index}`, text: "x", ...rest }, undefined);
  }
  await mailbox.stop();
  await start();
  const kept = (await readdir(path.join(dataDir, "mailbox"))).filter((name) => name.endsWith(".json"));
  expect(kept).toHaveLength(1_000);
  expect((await resend.emails.list({ limit: 1 })).data?.data[0]?.subject).toBe("mail 1002");
}, 30_000);

test("no bearer token, a foreign host or an incomplete mail is refused", async () => {
  expect((await fetch(`${mailbox.url}/emails`)).status).toBe(401);
  const status = await new Promise((resolve, reject) => {
    request(`${mailbox.url}/emails`, { headers: { host: "evil.example", authorization: "Bearer x" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(421);
  const { error } = await resend.emails.send({ ...mail("Hello"), to: [] });
  expect(error).toMatchObject({ name: "missing_required_field", statusCode: 422 });
});
