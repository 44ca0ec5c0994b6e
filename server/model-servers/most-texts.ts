import { z } from "zod";
import { tryParseJson } from "@/server/platform/json/parse";
import { rememberMs } from "./known-endpoints";

/** How text-embeddings-inference refuses more texts than it takes at a time, in its words: all that the error says. */
const tooMany = /^batch size (\d{1,6}) > maximum allowed batch size (\d{1,6})$/;
const refusal = z.object({ error: z.string().optional(), message: z.string().optional() });

/**
 * Returns how many texts a server takes at a time that refuses a request for having more; undefined: it refuses it for something else. What it says
 * of another number of texts is none of its own words, nor is what the request says: some servers repeat what they were sent.
 *
 * @param texts that it was sent
 * @param body in which they were
 */
export function mostTextsIn(status: number, said: string, texts: number, body: readonly Buffer[]): number | undefined {
  if (texts === 0 || (status !== 413 && status !== 422)) return undefined;
  const { error, message } = refusal.safeParse(tryParseJson(said)).data ?? {};
  const [, sent, most] = tooMany.exec(error ?? message ?? "")?.map(Number) ?? [];
  if (sent !== texts || most === undefined || most < 1 || most >= texts) return undefined;
  return maySayIt(body) ? undefined : most;
}

const words = Buffer.from("allowed batch size");
const escaped = Buffer.from("\\u00");

/** Checks whether a body may say these words: as they are, or with characters of them written as escapes, which no client has a reason for. */
function maySayIt(body: readonly Buffer[]): boolean {
  const bytes = body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
  if (bytes.includes(words)) return true;
  for (let at = bytes.indexOf(escaped); at >= 0; at = bytes.indexOf(escaped, at + escaped.length)) {
    const digit = bytes[at + escaped.length] ?? 0;
    if (digit >= 0x32 && digit <= 0x37) return true;
  }
  return false;
}

/** Of so many workspaces it is remembered. */
const mostWorkspaces = 1_000;

/** How many texts a server takes at a time, as its refusals have told: each workspace what its own requests were told, so that none slows others down. */
export class ToldMostTexts {
  readonly #told = new Map<string, { most: number; until: number }>();

  /** Returns what a workspace was told; undefined: nothing, or too long ago. */
  of(workspaceId: string): number | undefined {
    const { most, until = 0 } = this.#told.get(workspaceId) ?? {};
    return performance.now() < until ? most : undefined;
  }

  note(workspaceId: string, most: number): void {
    this.#told.delete(workspaceId);
    this.#told.set(workspaceId, { most, until: performance.now() + rememberMs });
    const [oldest] = this.#told.keys();
    if (this.#told.size > mostWorkspaces && oldest !== undefined) this.#told.delete(oldest);
  }
}
