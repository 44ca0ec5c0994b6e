import { parseJson } from "@/server/platform/json/parse";
import { open, seal } from "@/server/platform/sealed";
import type { SmtpEncryption, SmtpSettings } from "@/server/platform/settings/smtp";
import type { StoredRoute } from "./queries";

const purpose = "mail route";

/** The server and user of a secret. It is sent to no other server and for no other user. */
export type SecretOwner = Pick<StoredRoute, "kind" | "host" | "port" | "username">;

const ownerOf = ({ kind, host, port, username }: SecretOwner) =>
  [kind, host ?? "", port ?? 0, username ?? ""].join(" ");

/** Encrypts a password or key, together with its server and user. */
export function sealSecret(owner: SecretOwner, secret: string): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify([ownerOf(owner), secret])));
}

/** Decrypts a password or key. Null: it was encrypted with another AUTH_SECRET, or is for another server or user. */
export function openSecret(owner: SecretOwner, sealed: Buffer): string | null {
  const opened = open(purpose, sealed);
  if (!opened) return null;
  const [whose, secret] = parseJson(opened) as [string, string];
  return whose === ownerOf(owner) ? secret : null;
}

/**
 * The operators' mail settings: a mail server, Resend with a key, or unreadable because the secret cannot be decrypted.
 */
export type OperatorsRoute =
  | { kind: "smtp"; from: string; smtp: SmtpSettings }
  | { kind: "resend"; from: string; key: string }
  | { kind: "unreadable" };

const timeoutMs = 15_000;

/** Returns the operators' mail settings with the decrypted secret. */
export function readStored(row: StoredRoute): OperatorsRoute {
  const secret = row.secretSealed && openSecret(row, row.secretSealed);
  if (row.secretSealed !== null && secret === null) return { kind: "unreadable" };
  if (row.kind === "resend") return { kind: "resend", from: row.sender, key: secret ?? "" };
  const login = row.username === null ? {} : { user: row.username, password: secret ?? "" };
  const [host, port, encryption] = [row.host ?? "", row.port ?? 0, row.encryption ?? ("tls" satisfies SmtpEncryption)];
  return { kind: "smtp", from: row.sender, smtp: { host, port, encryption, timeoutMs, isGuarded: true, ...login } };
}
