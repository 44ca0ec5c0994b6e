import { z } from "zod";
import { isPrivate } from "../private-network";

/** Parses the secret with which Resend signs its events. */
export const webhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/,
    "must be the signing secret of a webhook at Resend, which begins with whsec_",
  );

/** Parses the sender of mails: an address, or a name followed by one in angle brackets. */
export const mailSender = (message: string) => z.string().regex(/^[^\r\n@]*[^\s@<]@[^\s@]+$/, message);

/**
 * How a connection to a mail server is encrypted: from the first byte, by STARTTLS (`if-offered`: only if the server
 * supports it), or not at all.
 */
export type SmtpEncryption = "tls" | "starttls" | "if-offered" | "none";

/** A mail server, as `SMTP_URL` names it. Without a user there is no login. */
export type SmtpSettings = {
  host: string;
  port: number;
  encryption: SmtpEncryption;
  /** How long the server may send nothing, in milliseconds. */
  timeoutMs: number;
  /** Whether it was entered in the interface. The addresses of the host are then checked before each connection. */
  isGuarded?: boolean;
  user?: string;
  password?: string;
};

type Read = { smtp: SmtpSettings | null; complaints: string[] };

const form = "must be like smtp://user:password@mail.example.com:587 or smtps://user:password@mail.example.com:465";
const startTlsModes = new Map<string, SmtpEncryption>([
  ["required", "starttls"],
  ["if-offered", "if-offered"],
  ["never", "none"],
]);

/**
 * Reads SMTP_URL. With `MAIL=interface`, operators set the mail server in the interface instead. `smtps:` uses TLS from
 * the first byte, by default on port 465; `smtp:` uses STARTTLS, by default on port 587. STARTTLS is required, except
 * on this machine and private networks, where it is used if the server offers it; `?starttls=required|if-offered|never`
 * changes that. `?timeout=` is how many seconds the server may send nothing: 15 by default, at most 40. A password is
 * never sent unencrypted to a public host.
 */
export function readSmtp(variables: Record<string, string | undefined>): Read {
  const value = variables.SMTP_URL?.trim();
  if (variables.MAIL)
    return {
      smtp: null,
      complaints:
        value || variables.RESEND_API_KEY ? ["MAIL must not be set together with RESEND_API_KEY or SMTP_URL"] : [],
    };
  return readServer(variables, value);
}

function readServer(variables: Record<string, string | undefined>, value: string | undefined): Read {
  if (!value)
    return {
      smtp: null,
      complaints: variables.RESEND_API_KEY ? [] : ["RESEND_API_KEY is not set, and neither is SMTP_URL"],
    };
  const complain = (text: string) => ({ smtp: null, complaints: [`SMTP_URL ${text}`] });
  // With two ways to send mail, an operator could not tell which one a mail used.
  if (variables.RESEND_API_KEY) return complain("must not be set together with RESEND_API_KEY");
  if (!/^smtps?:\/\//i.test(value) || !URL.canParse(value)) return complain(form);
  const url = new URL(value);
  if (!url.hostname || (url.pathname !== "" && url.pathname !== "/") || url.hash) return complain(form);
  const unknown = [...url.searchParams.keys()].find((name) => name !== "starttls" && name !== "timeout");
  if (unknown !== undefined) return complain("knows no parameter but starttls and timeout");
  const timeout = url.searchParams.get("timeout") ?? "15";
  if (!/^\d{1,2}$/.test(timeout) || Number(timeout) < 1 || Number(timeout) > 40)
    return complain("must have a timeout of 1 to 40 seconds");
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined)
    return complain("has a user or password that is not percent-encoded: write % as %25, @ as %40, / as %2F");
  if (password && !user) return complain("has a password and no user");
  const isTls = url.protocol === "smtps:";
  const isNear = isPrivate(`http://${url.hostname}`);
  const asked = url.searchParams.get("starttls");
  if (asked !== null && isTls) return complain("must not have starttls with smtps:, which is encrypted from the start");
  const chosen = asked === null ? undefined : startTlsModes.get(asked);
  if (asked !== null && !chosen) return complain("must have starttls=required, if-offered or never");
  const encryption = isTls ? "tls" : (chosen ?? (isNear ? "if-offered" : "starttls"));
  if (user && !isNear && (encryption === "none" || encryption === "if-offered"))
    return complain("must not send a password unencrypted: use smtps: or starttls=required");
  return {
    smtp: {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || (isTls ? 465 : 587)),
      encryption,
      timeoutMs: Number(timeout) * 1_000,
      ...(user ? { user, password: password ?? "" } : {}),
    },
    complaints: [],
  };
}

/** Decodes a percent-encoded part of a URL; undefined: it is not valid. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
