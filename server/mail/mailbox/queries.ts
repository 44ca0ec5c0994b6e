import { z } from "zod";
import { env } from "@/server/platform/env";
import { readJsonAnswer } from "@/server/platform/json/fetched";

/** A mail in the mailbox that replaces a mail provider. */
export type BoxedMail = { id: string; to: string; subject: string; at: Date };

const listed = z.object({ id: z.string(), to: z.array(z.string()), subject: z.string(), created_at: z.coerce.date() });
const whole = listed.extend({ html: z.string().nullish(), text: z.string().nullish() });

/** Checks whether this instance has a mailbox page: only while no mail provider is configured. */
export function isOpen(): boolean {
  return env().MAILBOX_URL !== undefined;
}

/** Returns the latest mails, newest first. */
export async function list(): Promise<BoxedMail[]> {
  const answer = await ask("/emails?limit=50");
  return z
    .object({ data: z.array(listed) })
    .parse(answer)
    .data.map(boxed);
}

/** Returns one mail with its body, or undefined. */
export async function find(id: string): Promise<(BoxedMail & { html: string; text: string }) | undefined> {
  const answer = await ask(`/emails/${encodeURIComponent(id)}`);
  if (answer === undefined) return undefined;
  const mail = whole.parse(answer);
  return { ...boxed(mail), html: mail.html ?? "", text: mail.text ?? "" };
}

function boxed({ id, to, subject, created_at }: z.output<typeof listed>): BoxedMail {
  return { id, to: to.join(", "), subject, at: created_at };
}

async function ask(path: string): Promise<unknown> {
  const { MAILBOX_URL, RESEND_API_KEY } = env();
  const response = await fetch(`${MAILBOX_URL}${path}`, {
    headers: { authorization: `Bearer ${RESEND_API_KEY}` },
    signal: AbortSignal.timeout(5_000),
    cache: "no-store",
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`the mailbox answered ${response.status}`);
  return readJsonAnswer(response);
}
