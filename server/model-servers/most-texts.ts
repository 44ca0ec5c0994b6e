import { z } from "zod";
import { tryParseJson } from "@/server/platform/json/parse";
import { rememberMs } from "./known-endpoints";

/** The complete error of text-embeddings-inference for too many texts in one request. */
const tooMany = /^batch size (\d{1,6}) > maximum allowed batch size (\d{1,6})$/;
const refusal = z.object({ error: z.string().optional(), message: z.string().optional() });

/**
 * Returns how many texts a server accepts in one request, from its refusal of a request with more; undefined: it was
 * refused for another reason. The refusal must name the number of texts that were sent, and the request itself must not
 * contain these words, because some servers repeat what they were sent.
 *
 * @param texts how many texts were sent
 * @param body the body that contained them
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

/**
 * Checks whether a body may contain these words: literally, or with some of their characters escaped, for which no
 * client has a reason.
 */
function maySayIt(body: readonly Buffer[]): boolean {
  const bytes = body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
  if (bytes.includes(words)) return true;
  for (let at = bytes.indexOf(escaped); at >= 0; at = bytes.indexOf(escaped, at + escaped.length)) {
    const digit = bytes[at + escaped.length] ?? 0;
    if (digit >= 0x32 && digit <= 0x37) return true;
  }
  return false;
}

/** The number of workspaces for which it is remembered. */
const mostWorkspaces = 1_000;

/**
 * How many texts a server accepts in one request, learned from its refusals. Each workspace learns only from its own
 * requests, so that none can slow others down.
 */
export class ToldMostTexts {
  readonly #told = new Map<string, { most: number; until: number }>();

  /** Returns the number that a workspace learned; undefined: none, or it is too old. */
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
