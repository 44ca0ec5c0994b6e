import { randomUUID } from "node:crypto";
import dns from "node:dns/promises";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import tls from "node:tls";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test, vi } from "vitest";
import type { SmtpSettings } from "@/server/platform/settings/smtp";
import { selfSigned } from "@/tests/support/fakes/certificate";
import { MailRefused } from "./refused";
import type { RenderedMail } from "./rendered";
import { checkSmtp, sendBySmtp } from "./smtp";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.restoreAllMocks();
});

const received: { from: string; to: string[]; user: string | undefined; isEncrypted: boolean; text: string }[] = [];

/** Starts a mail server on this machine that takes what `options` does not refuse. */
async function start(options: SMTPServerOptions = {}): Promise<SmtpSettings> {
  received.length = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      password === "right" ? done(null, { user: username }) : done(new Error("535 5.7.8 no")),
    onData: (stream, { envelope, user, secure }, done) => {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk;
      });
      stream.on("end", () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), user, isEncrypted: secure, text });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  closers.push(() => server.close());
  return {
    host: "127.0.0.1",
    port: (server.server.address() as AddressInfo).port,
    encryption: "if-offered",
    timeoutMs: 5_000,
  };
}

/** Starts a server that does not use SMTP: it answers each connection with `speak`. */
async function startOdd(speak: (socket: net.Socket) => void): Promise<SmtpSettings> {
  const server = net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    closers.push(() => socket.destroy());
    speak(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, encryption: "none", timeoutMs: 1_000 };
}

const mail = (changes: Partial<RenderedMail> = {}): RenderedMail => ({
  id: randomUUID(),
  from: "Atelier <atelier@example.com>",
  to: "ada@example.org",
  subject: "Grüße",
  html: "<p>Hello <b>Ada</b></p>",
  text: "Hello Ada",
  ...changes,
});

async function refusal(work: Promise<void>): Promise<MailRefused> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MailRefused);
  return error as MailRefused;
}

/** Returns an SMTP error as smtp-server answers it. */
const answer = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

test("a mail arrives in both forms, with the same Message-ID at each attempt", async () => {
  const smtp = await start();
  const sent = mail();
  await sendBySmtp(sent, smtp);
  await sendBySmtp(sent, smtp);
  expect(received).toHaveLength(2);
  for (const { from, to, text } of received) {
    expect({ from, to }).toEqual({ from: "atelier@example.com", to: ["ada@example.org"] });
    expect(text).toContain(`Message-ID: <${sent.id}@example.com>`);
    expect(text).toContain("Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=");
    expect(text).toContain("Auto-Submitted: auto-generated");
    for (const type of ["text/plain", "text/html"]) expect(text).toContain(`Content-Type: ${type}`);
  }
});

test("names that are not ASCII travel encoded, by a server that takes ASCII alone", async () => {
  const smtp = await start({ hideSMTPUTF8: true });
  const from = "Büro Zürich – 東京 <atelier@example.com>";
  await sendBySmtp(mail({ from, to: "ada@bücher.example", subject: "東京へ" }), smtp);
  const [head = ""] = (received[0]?.text ?? "").split("\r\n\r\n");
  expect(head).toMatch(/^[\x20-\x7e\r\n\t]+$/);
  expect(head).toMatch(/^From: =\?UTF-8\?/m);
  expect(head).toMatch(/^To: ada@xn--bcher-kva\.example$/m);
});

test("a subject or an address cannot add a header or a recipient", async () => {
  const smtp = await start();
  await sendBySmtp(mail({ subject: "Hi\r\nBcc: eve@example.com" }), smtp);
  await sendBySmtp(mail({ to: "ada@example.org\r\nRCPT TO:<eve@example.com>" }), smtp).catch(() => {});
  for (const { to, text } of received) {
    expect(to).not.toContain("eve@example.com");
    expect(text).not.toMatch(/^Bcc:/im);
  }
});

test("a login is used, and its refusal is named without the password", async () => {
  const smtp = await start();
  await sendBySmtp(mail(), { ...smtp, user: "ada", password: "right" });
  expect(received[0]?.user).toBe("ada");
  const refused = await refusal(checkSmtp({ ...smtp, user: "ada", password: "wrong" }));
  expect(refused).toMatchObject({ isFinal: false, message: expect.stringContaining("refused the login (535") });
  expect(refused.message).not.toContain("wrong");
});

test("a login that the server does not offer is an error, not a mail without one", async () => {
  const smtp = await start({ disabledCommands: ["AUTH", "STARTTLS"] });
  expect(await refusal(sendBySmtp(mail(), { ...smtp, user: "ada", password: "right" }))).toMatchObject({
    isFinal: false,
  });
  expect(received).toEqual([]);
});

test("a server that wants a login first, or takes none, is not said to refuse the sender or the password", async () => {
  const wanting = await start({ authOptional: false });
  expect(await refusal(sendBySmtp(mail(), wanting))).toMatchObject({
    ...{ step: "login", isFinal: false, message: expect.stringContaining("wants a login (530") },
  });
  const without = await start({ disabledCommands: ["AUTH", "STARTTLS"] });
  expect(await refusal(checkSmtp({ ...without, user: "ada", password: "right" }))).toMatchObject({
    ...{ step: "login", message: expect.stringContaining("takes no login on this connection") },
  });
});

test("a port that speaks TLS from its first byte is guessed where STARTTLS is asked for", async () => {
  const { certificate, key } = selfSigned(2048, "localhost");
  const smtp = await start({ secure: true, cert: certificate, key });
  const refused = await refusal(checkSmtp({ ...smtp, encryption: "starttls", timeoutMs: 1_000 }));
  expect(refused).toMatchObject({ step: "connection", message: expect.stringContaining("TLS from the first byte") });
});

test("encryption that is required is never gone without", async () => {
  const plain = await start();
  expect(await refusal(sendBySmtp(mail(), { ...plain, encryption: "starttls" }))).toMatchObject({
    ...{ step: "encryption", message: expect.stringContaining("does not offer STARTTLS") },
  });
  expect((await refusal(sendBySmtp(mail(), { ...plain, encryption: "tls" }))).isFinal).toBe(false);
  // The server's own certificate is not signed by an authority that this machine trusts.
  const selfSigned = await start({ disabledCommands: [] });
  const refused = await refusal(sendBySmtp(mail(), { ...selfSigned, encryption: "starttls" }));
  expect(refused.message).toMatch(/certificate is not accepted/);
  expect(received).toEqual([]);
});

test.each(["starttls", "tls"] as const)(
  "a certificate of another name is named, with whom it is for, and no login is sent (%s)",
  async (encryption) => {
    const { certificate, key } = selfSigned(2048, "mx.provider.example");
    trust(certificate);
    const sent = vi.fn();
    const how = { secure: encryption === "tls", disabledCommands: [], cert: certificate, key };
    const smtp = await start({ ...how, onAuth: (_auth, _session, done) => done(sent()) });
    const asked = { ...smtp, host: "localhost", encryption, user: "ada", password: "right" };
    for (const [host, isGuarded] of [["localhost"], ["localhost", true], ["127.0.0.1"]] as const) {
      const refused = await refusal(checkSmtp({ ...asked, host, isGuarded: isGuarded ?? false }));
      expect(refused).toMatchObject({ isFinal: false, step: "encryption" });
      expect(refused.message).toBe(
        `the mail server's certificate is of another name: it is for mx.provider.example, and not for ${host} at ${host}:${smtp.port}`,
      );
    }
    expect(sent).not.toHaveBeenCalled();
    // The same certificate, asked for by its name, is good: what was refused above was the name alone.
    vi.spyOn(dns, "lookup").mockImplementation(async () => [{ address: "127.0.0.1", family: 4 }] as never);
    await sendBySmtp(mail(), { ...smtp, host: "mx.provider.example", encryption, isGuarded: true });
    expect(received.map(({ isEncrypted }) => isEncrypted)).toEqual([true]);
  },
);

/** Makes connections of this process trust a certificate, as NODE_EXTRA_CA_CERTS does at its start. */
function trust(certificate: string): void {
  const connect = tls.connect as (options: tls.ConnectionOptions, ready?: () => void) => tls.TLSSocket;
  vi.spyOn(tls, "connect").mockImplementation(((options: tls.ConnectionOptions, ready?: () => void) =>
    connect({ ...options, ca: certificate }, ready)) as typeof tls.connect);
}

test.each([
  ["the recipient", 550, true],
  ["the recipient", 450, false],
  ["the sender", 553, false],
  ["the sender", 451, false],
  ["the mail", 554, true],
  ["the mail", 452, false],
])("a server that refuses %s with %i: final %s", async (what, code, isFinal) => {
  const no = answer(code, "5.1.1 said no about a-secret-link");
  const smtp = await start({
    onRcptTo: (_address, _session, done) => done(what === "the recipient" ? no : null),
    onMailFrom: (_address, _session, done) => done(what === "the sender" ? no : null),
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on("end", () => done(no));
    },
  });
  const refused = await refusal(sendBySmtp(mail(), smtp));
  expect(refused).toMatchObject({ isFinal, message: expect.stringContaining(`refused ${what} (${code}`) });
  expect(refused.message).not.toContain("a-secret-link");
});

test("a name that does not exist, a port that is closed, an answer that is not SMTP, a hang-up: what failed is named", async () => {
  const closed = await start();
  for (const close of closers.splice(0)) close();
  const none = { host: "mail.invalid", port: 25, encryption: "none", timeoutMs: 5_000 } as const;
  expect((await refusal(checkSmtp(none))).message).toContain("name was not found at mail.invalid:25");
  expect((await refusal(checkSmtp(closed))).message).toContain("no connection to the mail server");
  const web = await startOdd((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect((await refusal(checkSmtp(web))).isFinal).toBe(false);
  const gone = await startOdd((socket) => socket.destroy());
  expect((await refusal(checkSmtp(gone))).message).toContain("no connection to the mail server");
});

test("a server that takes the connection, or the mail, and never answers is given up", async () => {
  const silent = await startOdd(() => {});
  expect((await refusal(checkSmtp(silent))).message).toContain("did not answer in time");
  const stalls = await start({ onData: (stream) => stream.resume() });
  const refused = await refusal(sendBySmtp(mail(), { ...stalls, timeoutMs: 1_000 }));
  expect(refused).toMatchObject({ isFinal: false });
});
