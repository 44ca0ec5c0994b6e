import { open, seal } from "@/server/platform/sealed";
import type { Templates } from "./templates";

/** A mail before it is rendered: to whom, which template, and what the template says. */
export type Mail = {
  [Name in keyof Templates]: { to: string; template: Name; props: Templates[Name] };
}[keyof Templates];

const purpose = "mail outbox";

/** Seals a mail: the outbox holds links that sign people in. */
export function sealMail(mail: Mail): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify(mail)));
}

/** Returns a sealed mail, or null when it cannot be opened. Dates in it have become ISO strings. */
export function openMail(sealed: Buffer): Mail | null {
  const plain = open(purpose, sealed);
  return plain && JSON.parse(plain.toString());
}
