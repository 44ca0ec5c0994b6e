import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusalOf } from "@/server/api/trpc";
import { deliverDue } from "@/server/mail/job";
import { sealMail } from "@/server/mail/outbox";
import { loadMailRoute, mailRoute } from "@/server/mail/route/current";
import { sealSecret } from "@/server/mail/route/stored";
import { env } from "@/server/platform/env";
import { owner } from "@/tests/support/database";
import { startHttpServer } from "@/tests/support/fakes/http-server";
import { newPerson, reasonOf, type Signed } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
const closers: (() => unknown)[] = [];

beforeAll(() => {
  process.env.RESEND_BASE_URL = "http://127.0.0.1:9";
});
beforeEach(async () => {
  Object.assign(env(), { RESEND_API_KEY: undefined, smtp: null, MAILBOX_URL: undefined });
  await owner`delete from mail_route`;
  await loadMailRoute();
  ada = await operator();
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Starts a mail server on this machine, and returns its values for the form, and the mails that arrived. */
async function server(options: SMTPServerOptions = {}) {
  const received: { to: string[]; from: string; user: unknown }[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      password === "the-right-password" ? done(null, { user: username }) : done(new Error("535 5.7.8 no")),
    onData: (stream, { envelope: { mailFrom, rcptTo }, user }, done) => {
      stream.resume();
      received.push({
        to: rcptTo.map(({ address }) => address),
        from: mailFrom ? mailFrom.address : "",
        user,
      });
      stream.on("end", () => done());
    },
    ...options,
  });
  smtp.on("error", () => {});
  smtp.listen(0, "127.0.0.1");
  await once(smtp.server, "listening");
  closers.push(() => smtp.close());
  const port = String((smtp.server.address() as AddressInfo).port);
  const typed = {
    ...{ kind: "smtp" as const, sender: "Atelier <atelier@example.com>", host: "127.0.0.1", port },
    encryption: "if-offered" as const,
  };
  return { received, typed };
}

const login = { user: "ada", secret: "the-right-password" };

const fieldsOf = (work: Promise<unknown>) =>
  work.then(
    () => ({}),
    (error) => refusalOf(error).fields,
  );

const lastEvent = async (action: "mail.route_set" | "mail.route_removed" | "mail.tested") =>
  (await ada.api.instance.auditList({ search: "", action, userId: ada.person.id })).rows[0];

describe("OP-26 how mail goes out, set by an operator", () => {
  test("is tested, kept sealed, used at once, and is one row of the log without the password", async () => {
    const { received, typed } = await server();
    expect(await ada.api.instance.setMail({ ...typed, ...login })).toEqual({ said: `Sent to ${ada.person.email}` });
    expect(received).toEqual([{ to: [ada.person.email], from: "atelier@example.com", user: "ada" }]);
    const mail = await ada.api.instance.mail();
    expect(mail).toMatchObject({
      wayOut: { kind: "smtp", setBy: "operators", host: "127.0.0.1", hasLogin: true },
      set: { username: "ada", hasSecret: true },
      variableInForce: null,
    });
    const event = await lastEvent("mail.route_set");
    expect(event?.after).toMatchObject({ sentBy: "smtp", host: "127.0.0.1", isSecretChanged: true, isTested: true });
    const [row] = await owner`select * from mail_route`;
    for (const found of [mail, event, row, String(row?.secret_sealed)])
      expect(JSON.stringify(found)).not.toContain("the-right-password");

    const sealed = sealMail({
      to: "grace@example.com",
      template: "test-mail",
      props: { url: "x", recipient: "x", origin: "x" },
    });
    await owner`insert into mail_outbox (id, template, payload) values (${randomUUID()}, 'test-mail', ${sealed})`;
    await deliverDue();
    expect(received.at(-1)).toMatchObject({ to: ["grace@example.com"], user: "ada" });
  });

  test("a test before saving keeps nothing and names the step that failed", async () => {
    const { received, typed } = await server();
    const { instance } = ada.api;
    expect(await instance.tryMail({ ...typed, ...login })).toMatchObject({ isSent: true });
    expect(received).toHaveLength(1);
    const wrong = await instance.tryMail({ ...typed, user: "ada", secret: "a-wrong-password" });
    expect(wrong).toMatchObject({ isSent: false, step: "login" });
    expect(JSON.stringify(wrong)).not.toMatch(/a-wrong-password|SMTP_URL/);
    expect(await instance.tryMail({ ...typed, host: "mail.invalid" })).toMatchObject({ step: "name" });
    expect(await instance.tryMail({ ...typed, encryption: "tls" })).toMatchObject({ step: "encryption" });
    expect((await instance.mail()).set).toBeNull();
    expect((await lastEvent("mail.tested"))?.after).toMatchObject({ sentBy: "smtp", isSent: false });
  });

  test.each<[string, SMTPServerOptions, object]>([
    ["secret", {}, { user: "ada", secret: "a-wrong-password" }],
    ["host", {}, { host: "mail.invalid" }],
    ["host", {}, { port: "1" }],
    ["encryption", {}, { encryption: "starttls" }],
    [
      "sender",
      { onMailFrom: (_address, _session, done) => done(Object.assign(new Error("no"), { responseCode: 553 })) },
      {},
    ],
  ])("what fails is said at the field %s, and nothing is kept", async (field, options, more) => {
    const { typed } = await server(options);
    expect(Object.keys(await fieldsOf(ada.api.instance.setMail({ ...typed, ...more })))).toEqual([field]);
    expect(await owner`select from mail_route`).toEqual([]);
    // An operator can save the settings in spite of the failure.
    expect(await ada.api.instance.setMail({ ...typed, ...more, isForced: "on" })).toEqual({ said: null });
  });

  test("leads into private networks and never to link-local addresses or a cloud's own", async () => {
    const { typed } = await server();
    for (const host of ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "100.100.100.200", "fd00:ec2::254"]) {
      const outcome = await ada.api.instance.tryMail({ ...typed, host });
      expect([host, outcome.step, outcome.said]).toEqual([host, "name", expect.stringContaining("link-local")]);
      await owner`delete from rate_buckets`;
    }
    expect(await ada.api.instance.tryMail(typed)).toMatchObject({ isSent: true });
  });

  test("a password stays where server and user do, and is asked for anew elsewhere", async () => {
    const { received, typed } = await server();
    const { instance } = ada.api;
    await instance.setMail({ ...typed, ...login });
    await instance.setMail({ ...typed, user: "ada", sender: "other@example.com" });
    expect(received.at(-1)).toMatchObject({ from: "other@example.com", user: "ada" });
    const other = await server();
    expect(await fieldsOf(instance.setMail({ ...other.typed, user: "ada" }))).toHaveProperty("secret");
    expect(await fieldsOf(instance.setMail({ ...typed, user: "grace" }))).toHaveProperty("secret");
    expect(
      await fieldsOf(instance.setMail({ ...typed, host: "mail.example.com", encryption: "none", ...login })),
    ).toHaveProperty("encryption");
    expect(other.received).toEqual([]);
  });

  test("a password that was sealed with another AUTH_SECRET is named, mail waits, and it is entered again", async () => {
    const { typed } = await server();
    const { AUTH_SECRET } = env();
    const port = Number(typed.port);
    const whose = { kind: "smtp" as const, host: typed.host, port, username: "ada" };
    const sealed = sealSecret({ ...whose, host: "elsewhere.example" }, "x");
    await owner`insert into mail_route (kind, sender, host, port, encryption, username, secret_sealed)
      values ('smtp', ${typed.sender}, ${typed.host}, ${port}, 'none', 'ada', ${sealed})`;
    await loadMailRoute();
    expect(AUTH_SECRET).toBe(env().AUTH_SECRET);
    expect((await ada.api.instance.mail()).wayOut).toEqual({ from: "", kind: "none", setBy: "operators" });
    expect((await ada.api.instance.overview()).attention.isMailFailing).toBe(true);
    expect(await fieldsOf(ada.api.instance.setMail({ ...typed, user: "ada" }))).toHaveProperty("secret");
    await ada.api.instance.setMail({ ...typed, ...login });
    expect(mailRoute()).toMatchObject({ kind: "smtp", setBy: "operators" });
  });

  test("Resend by a key that is entered here", async () => {
    const resend = await startHttpServer(() => ({ body: { id: randomUUID() } }));
    closers.push(() => resend.close());
    env().RESEND_BASE_URL = resend.url;
    await ada.api.instance.setMail({ kind: "resend", sender: "atelier@example.com", secret: "re_of_operators" });
    expect(resend.requests.at(-1)?.headers.authorization).toBe("Bearer re_of_operators");
    expect((await ada.api.instance.mail()).wayOut).toMatchObject({ kind: "resend", setBy: "operators" });
    expect(
      await fieldsOf(ada.api.instance.setMail({ kind: "resend", sender: "no-address", secret: "x" })),
    ).toHaveProperty("sender");
  });

  test("a variable of the environment wins, says so, and nothing is changed here", async () => {
    const { typed } = await server();
    await ada.api.instance.setMail(typed);
    env().RESEND_API_KEY = "re_test";
    expect(await ada.api.instance.mail()).toMatchObject({
      wayOut: { kind: "resend", setBy: "RESEND_API_KEY" },
      set: { host: "127.0.0.1" },
      variableInForce: "RESEND_API_KEY",
    });
    expect(await reasonOf(ada.api.instance.setMail(typed))).toBe("set_by_environment");
    expect(await reasonOf(ada.api.instance.tryMail(typed))).toBe("set_by_environment");
    // The development mailbox is used only until a route is configured.
    env().MAILBOX_URL = "http://127.0.0.1:9";
    expect((await ada.api.instance.mail()).wayOut).toMatchObject({ kind: "smtp", setBy: "operators" });
    await ada.api.instance.removeMail();
    expect((await lastEvent("mail.route_removed"))?.before).toMatchObject({ sentBy: "smtp", hasLogin: false });
    await loadMailRoute();
    expect((await ada.api.instance.mail()).wayOut).toMatchObject({ kind: "mailbox" });
    expect(await reasonOf(ada.api.instance.removeMail())).toBe("not_found");
  });

  test("is announced, so that every instance reads it again", async () => {
    const heard: string[] = [];
    const listening = await owner.listen("atelier_keys", (text) => heard.push(text));
    const { typed } = await server();
    await ada.api.instance.setMail({ ...typed, isForced: "on" });
    await expect.poll(() => heard).toContain("mail changed");
    await listening.unlisten();
  });

  test("is for operators only, with a sign-in of the last 12 hours", async () => {
    const { typed } = await server();
    expect(await reasonOf((await newPerson()).api.instance.setMail(typed))).toBe("not_found");
    ada.person.signedInAt = new Date(Date.now() - 13 * 3_600_000);
    expect(await reasonOf(ada.api.instance.setMail(typed))).toBe("sign_in_again");
    expect(await reasonOf(ada.api.instance.tryMail(typed))).toBe("sign_in_again");
  });

  test("two operators at once leave one of the two, whole", async () => {
    const [one, other] = [await server(), await server()];
    const grace = await operator();
    await Promise.all([
      ada.api.instance.setMail({ ...one.typed, user: "one", secret: "the-right-password" }),
      grace.api.instance.setMail({ ...other.typed, user: "other", secret: "the-right-password" }),
    ]);
    await loadMailRoute();
    const route = mailRoute();
    expect(route.kind).toBe("smtp");
    if (route.kind !== "smtp") return;
    const pairs = [
      [one.typed.port, "one"],
      [other.typed.port, "other"],
    ];
    expect(pairs).toContainEqual([String(route.smtp.port), route.smtp.user]);
  });
});
