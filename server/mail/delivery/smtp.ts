import dns from "node:dns/promises";
import { isIP } from "node:net";
import { createTransport, type Transporter } from "nodemailer";
import type { SMTPTransportOptions } from "nodemailer/lib/smtp-transport";
import { operatorRules } from "@/server/platform/addresses";
import { resolveAllowed } from "@/server/platform/allowed-addresses";
import { env } from "@/server/platform/env";
import type { SmtpEncryption, SmtpSettings } from "@/server/platform/settings/smtp";
import { type DeliveryStep, MailRefused } from "./refused";
import type { RenderedMail } from "./rendered";

/**
 * The time limit of a mail in milliseconds. It is shorter than a worker's claim, so no other worker begins before this
 * one has given up.
 */
const totalMs = 45_000;

/**
 * How many connections to the mail server are open at once, in each lane of the outbox. Many servers allow ten per
 * client.
 */
export const smtpConnections = 5;

/** One transporter per configuration. It keeps no connection between mails. */
const transporters = new WeakMap<SmtpSettings, Transporter>();

/**
 * Sends a mail through a mail server. SMTP has no idempotency key, so all attempts have the same Message-ID. By it,
 * servers and mailboxes recognise a mail that was accepted although the answer was lost.
 *
 * @throws MailRefused
 */
export async function sendBySmtp({ id, ...mail }: RenderedMail, smtp: SmtpSettings): Promise<void> {
  try {
    const transporter = await transporterOf(smtp);
    await transporter.sendMail({
      ...mail,
      // As an object it is always one address, whatever it contains.
      to: { name: "", address: mail.to },
      messageId: `<${id}@${domainOf(mail.from)}>`,
      // Asks mail systems not to send automatic answers, such as holiday notices.
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      signal: AbortSignal.timeout(totalMs),
    });
  } catch (error) {
    throw refusalOf(error, smtp);
  }
}

/**
 * Connects to a mail server, encrypts the connection and logs in, but sends no mail.
 *
 * @throws MailRefused with the step that failed
 */
export async function checkSmtp(smtp: SmtpSettings): Promise<void> {
  try {
    await (await transporterOf(smtp)).verify();
  } catch (error) {
    throw refusalOf(error, smtp);
  }
}

async function transporterOf(smtp: SmtpSettings): Promise<Transporter> {
  if (smtp.isGuarded) return createTransport(await guarded(smtp));
  const known = transporters.get(smtp);
  if (known) return known;
  const transporter = createTransport(optionsOf(smtp));
  transporters.set(smtp, transporter);
  return transporter;
}

/**
 * Looks up the host of a mail server that was entered in the interface, and connects exactly to the address that was
 * checked. Private networks are allowed, because an operator's relay is usually in one; cloud metadata services and
 * link-local addresses are not.
 */
async function guarded(smtp: SmtpSettings): Promise<SMTPTransportOptions> {
  const [{ address }] = await resolveAllowed(smtp.host, () => operatorRules, dns.lookup);
  return { ...optionsOf({ ...smtp, host: address }), ...(isIP(smtp.host) ? {} : { tls: { servername: smtp.host } }) };
}

const encryptions: Record<SmtpEncryption, Pick<SMTPTransportOptions, "secure" | "requireTLS" | "ignoreTLS">> = {
  tls: { secure: true },
  starttls: { secure: false, requireTLS: true },
  "if-offered": { secure: false },
  none: { secure: false, ignoreTLS: true },
};

function optionsOf({ host, port, encryption, timeoutMs, user, password }: SmtpSettings): SMTPTransportOptions {
  return {
    ...{ host, port, ...encryptions[encryption] },
    // If a login is configured but the server does not offer it, that is a failure: without a login, mail would be
    // refused later, or the server would be an open relay.
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" }, forceAuth: true }),
    // The client's name in the greeting: servers compare it with its address, and many refuse "localhost".
    name: new URL(env().APP_URL).hostname,
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, dnsTimeout: timeoutMs },
    // A little longer: of two equal timers either can be first, and only the greeting's says that the server never greeted.
    socketTimeout: timeoutMs + 100,
    ...{ disableFileAccess: true, disableUrlAccess: true },
  };
}

function domainOf(from: string): string {
  return /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? "atelier.invalid";
}

/** The fields of nodemailer's errors besides the message. */
type SmtpError = {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
  message?: string;
  /** The requested name, and the certificate for other names (ERR_TLS_CERT_ALTNAME_INVALID). */
  host?: string;
  cert?: { subjectaltname?: string; subject?: { CN?: string | string[] } };
};

const causes = new Map(
  Object.entries<[string, DeliveryStep]>({
    ADDRESS_REFUSED: [
      "mail is not sent to the address of the mail server, which is link-local or a cloud's own",
      "name",
    ],
    ENOTFOUND: ["the mail server's name was not found", "name"],
    EAI_AGAIN: ["the mail server's name could not be looked up", "name"],
    EDNS: ["the mail server's name was not found", "name"],
    ECONNECTION: ["no connection to the mail server", "connection"],
    ESOCKET: ["no connection to the mail server", "connection"],
    ETIMEDOUT: ["the mail server did not answer in time", "connection"],
    EABORT: ["the mail server did not finish in time", "connection"],
    ETLS: ["no encrypted connection to the mail server", "encryption"],
    EAUTH: ["the mail server refused the login", "login"],
    ENOAUTH: ["the mail server wants a login", "login"],
    EPROTOCOL: ["the mail server's answer was not SMTP", "other"],
  }),
);

/**
 * Returns what failed and whether another attempt can succeed. A recipient or content that is refused permanently (5xx)
 * is final. A refused sender, a login or a connection is a matter of this installation's settings, which the operator
 * can correct while mails wait.
 */
function refusalOf(error: unknown, { host, port }: SmtpSettings): MailRefused {
  const { code = "", command = "", responseCode, response, message = "", ...tls } = error as SmtpError;
  const status = responseCode
    ? ` (${[responseCode, /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response ?? "")?.[0]].filter(Boolean).join(" ")})`
    : "";
  const isPermanent = responseCode !== undefined && responseCode >= 500;
  const refused = (what: string, step: DeliveryStep, isFinal: boolean) =>
    new MailRefused(`the mail server refused the ${what}${status}`, isFinal, step);
  if (command.startsWith("RCPT"))
    return new MailRefused(
      `the mail server refused the recipient${status}`,
      isPermanent,
      "recipient",
      0,
      isPermanent && isDead(responseCode, response ?? ""),
    );
  // RFC 4954: the client must log in first.
  if (command.startsWith("MAIL") && (responseCode === 530 || /\b5\.7\.0\b/.test(status)))
    return new MailRefused(`the mail server wants a login${status}`, false, "login");
  if (command.startsWith("MAIL")) return refused("sender", "sender", false);
  if (command.startsWith("DATA")) return refused("mail", "content", isPermanent);
  // "Unknown" or "out of order": many servers accept a login only on an encrypted connection.
  if (command.startsWith("AUTH") && [500, 502, 503, 504].includes(responseCode ?? 0))
    return new MailRefused(`the mail server takes no login on this connection${status}`, false, "login");
  if (command.startsWith("AUTH")) return refused("login", "login", false);
  if (code === "ETLS" && isPermanent)
    return new MailRefused(`the mail server does not offer STARTTLS${status} at ${host}:${port}`, false, "encryption");
  if (code === "ETIMEDOUT" && /greeting/i.test(message))
    return new MailRefused(
      `the mail server did not answer in time at ${host}:${port}: a port that speaks TLS from the first byte, like 465, is silent so`,
      ...([false, "connection"] as const),
    );
  // Node's own errors contain the reason as a code in their text: ECONNREFUSED, CERT_HAS_EXPIRED.
  const [reason, step] = /certificate|self-signed|altnames/i.test(message)
    ? ([`the mail server's certificate is ${unaccepted(message, tls)}`, "encryption"] as const)
    : // The messages of OpenSSL about a port without TLS.
      (causes.get(/\b(SSL|TLS) (routines|alert)|wrong version number/i.test(message) ? "ETLS" : code) ??
      (["the mail server could not be used", "other"] as const));
  return new MailRefused(`${reason}${status} at ${host}:${port}`, false, step);
}

/** Describes the problem with a certificate, with its names if it belongs to another server. */
function unaccepted(message: string, { host, cert }: Pick<SmtpError, "host" | "cert">): string {
  if (!/altnames/i.test(message)) return `not accepted (${message.replace(/\s+/g, " ").slice(0, 120)})`;
  const names = cert?.subjectaltname?.replaceAll(/(DNS|IP Address):/g, "") || [cert?.subject?.CN ?? "none"].flat()[0];
  return `of another name: it is for ${printable(names ?? "none")}, and not for ${printable(host ?? "this host")}`;
}

const printable = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 120);

/** The messages of servers without enhanced status codes (RFC 3463) that there is no such mailbox. */
const noSuchMailbox =
  /no such (user|mailbox|recipient|address|person|account)|(user|mailbox|recipient|address|account)( is| was)? (unknown|not found|invalid|disabled)|unknown (user|mailbox|recipient|address|local)|invalid (mailbox|recipient|user)|does(n't| not) exist|no mailbox|has moved|no longer/i;

/**
 * Checks whether a recipient was refused because the mailbox does not exist. Refused relaying, a policy and a full
 * mailbox are final for this mail too, but they do not suppress the address, because an operator can correct them.
 */
function isDead(code: number, response: string): boolean {
  const [, detail] = /^\d{3}[ -]5\.(\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  if (detail !== undefined) return /^1\.(1|2|3|6|10)$|^2\.1$/.test(detail);
  return [550, 551, 553].includes(code) && noSuchMailbox.test(response);
}
