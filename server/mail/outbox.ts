import { open, seal } from "@/server/platform/sealed";
import type { Templates } from "./templates";

/** A mail before it is rendered: its recipient, its template and the template's props. */
export type Mail = {
  [Name in keyof Templates]: { to: string; template: Name; props: Templates[Name] };
}[keyof Templates];

const purpose = "mail outbox";

/** Encrypts a mail, because the outbox contains sign-in links. */
export function sealMail(mail: Mail): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify(mail)));
}

/** Decrypts a mail; null: it cannot be decrypted. Its dates have become ISO strings. */
export function openMail(sealed: Buffer): Mail | null {
  const plain = open(purpose, sealed);
  return plain && JSON.parse(plain.toString());
}
