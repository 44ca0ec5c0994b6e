import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { createFile } from "../platform/atomic-file";

/** A kept mail, with the names Resend's API gives its fields. */
export type Mail = {
  object: "email";
  id: string;
  message_id: string;
  created_at: string;
  from: string;
  to: string[];
  cc: string[] | null;
  bcc: string[] | null;
  reply_to: string[] | null;
  subject: string;
  html: string | null;
  text: string | null;
  headers: Record<string, string>;
  tags: { name: string; value: string }[];
  scheduled_at: null;
  last_event: "delivered";
};

/** A mail to be stored, without the fields that the mailbox adds. */
export type NewMail = Pick<
  Mail,
  "from" | "to" | "cc" | "bcc" | "reply_to" | "subject" | "html" | "text" | "headers" | "tags"
>;

type Claim = { id: string; at: number; fingerprint: string };

const keptMails = 1_000;
const keyLifetimeMs = 24 * 60 * 60 * 1000;
const timeDigits = 14;

/** Stores mails as files. A name consists of the time and the id, so a sorted listing is in order of time. */
export class MailStore {
  readonly #folder: string;
  readonly #keys: string;
  #latest = 0;

  /** Stores mails in this folder and the idempotency keys of the last 24 hours in `keys` below it. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#keys = path.join(folder, "keys");
  }

  /** Makes the folders and deletes expired keys. Must be called first. */
  async open(): Promise<void> {
    await mkdir(this.#keys, { recursive: true, mode: 0o700 });
    const oldest = Date.now() - keyLifetimeMs;
    for (const name of await readdir(this.#keys)) {
      const file = path.join(this.#keys, name);
      const found = await stat(file).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < oldest) await rm(file, { force: true });
    }
    const newest = (await this.#names())[0];
    this.#latest = newest === undefined ? 0 : Number.parseInt(newest, 10);
  }

  /**
   * Stores a mail and returns its id. If the key was used in the last 24 hours, returns the id of that mail and stores
   * no second one; `undefined`: the key was used for a different mail. This holds across processes and after a crash.
   */
  async add(mail: NewMail, key: string | undefined): Promise<string | undefined> {
    // The time is unique, so that the order of arrival is kept.
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    const fresh: Claim = { id: randomUUID(), at: this.#latest, fingerprint: digest(JSON.stringify(mail)) };
    const claim = key === undefined ? fresh : await this.#claim(path.join(this.#keys, `${digest(key)}.json`), fresh);
    if (claim.fingerprint !== fresh.fingerprint) return undefined;
    const kept: Mail = {
      object: "email",
      id: claim.id,
      message_id: `<${claim.id}@atelier.localhost>`,
      created_at: new Date(claim.at).toISOString(),
      ...mail,
      scheduled_at: null,
      last_event: "delivered",
    };
    const name = `${String(claim.at).padStart(timeDigits, "0")}-${claim.id}.json`;
    await createFile(path.join(this.#folder, name), JSON.stringify(kept));
    for (const old of (await this.#names()).slice(keptMails)) {
      await rm(path.join(this.#folder, old), { force: true });
    }
    return claim.id;
  }

  /** Returns the newest `limit` mails, newest first, older than the mail `after` or newer than `before` when given. */
  async list(limit: number, cursor: { after?: string; before?: string }): Promise<{ mails: Mail[]; hasMore: boolean }> {
    let names = await this.#names();
    const position = (id: string) => names.findIndex((name) => isNamed(name, id));
    if (cursor.after !== undefined) {
      const at = position(cursor.after);
      names = at < 0 ? [] : names.slice(at + 1);
    } else if (cursor.before !== undefined) {
      const at = position(cursor.before);
      names = at < 0 ? [] : names.slice(0, at);
      const mails = await this.#readAll(names.slice(-limit));
      return { mails, hasMore: names.length > limit };
    }
    return { mails: await this.#readAll(names.slice(0, limit)), hasMore: names.length > limit };
  }

  /** Returns one mail, or `undefined`. */
  async get(id: string): Promise<Mail | undefined> {
    const name = (await this.#names()).find((candidate) => isNamed(candidate, id));
    return name === undefined ? undefined : (await this.#readAll([name]))[0];
  }

  async #claim(file: string, fresh: Claim): Promise<Claim> {
    if (await createFile(file, JSON.stringify(fresh))) return fresh;
    const claim = JSON.parse(await readFile(file, "utf8")) as Claim;
    if (Date.now() - claim.at < keyLifetimeMs) return claim;
    await rm(file, { force: true });
    return this.#claim(file, fresh);
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names
      .filter((name) => name.endsWith(".json"))
      .sort()
      .reverse();
  }

  async #readAll(names: string[]): Promise<Mail[]> {
    const texts = await Promise.all(
      // Another process may have removed it as one of the oldest.
      names.map((name) => readFile(path.join(this.#folder, name), "utf8").catch(() => undefined)),
    );
    return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Mail]));
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

const isNamed = (name: string, id: string): boolean => name.slice(timeDigits + 1) === `${id}.json`;
