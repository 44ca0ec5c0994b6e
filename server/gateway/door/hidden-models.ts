import { createMiddleware } from "hono/factory";
import { type Db, transaction } from "@/db/client";
import { hideModels, type ModelReader } from "@/server/membership/hidden-models/hide";
import * as membership from "@/server/membership/queries";
import type { Bearer, GatewayEnv } from "./authenticate";

/**
 * Returns the person on whose behalf a key reads: its member with their present role, or null. Called inside the
 * key's workspace.
 */
export async function readerOf(
  db: Db,
  { workspaceId, memberId }: Pick<Bearer, "workspaceId" | "memberId">,
): Promise<ModelReader> {
  const member = memberId === null ? undefined : await membership.find(db, workspaceId, memberId);
  return { workspaceId, personId: memberId, role: member?.role };
}

/**
 * Removes the ids of models that are hidden from the key's member from all JSON answers that Atelier itself makes in
 * later handlers. Answers of model servers do not pass through here.
 */
export const withoutHiddenModels = createMiddleware<GatewayEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.get("content-type")?.startsWith("application/json")) return;
  const text = await c.res.text();
  const { status, headers } = c.res;
  headers.delete("content-length");
  c.res = new Response(await hideModelIds(c.get("bearer"), text), { status, headers });
});

/** The beginning of the ids of workspaces' own models, also as a part of an address. Only such models can be hidden. */
const ownModelId = /ft(?::|%3a)/i;

/** Returns a JSON answer of Atelier's own without the ids of models that are hidden from the key's member. */
export async function hideModelIds(bearer: Pick<Bearer, "workspaceId" | "memberId">, text: string): Promise<string> {
  if (!ownModelId.test(text)) return text;
  const answer: unknown = JSON.parse(text);
  const shown = await hideModels(
    (run) =>
      transaction("read", { workspaceId: bearer.workspaceId }, async (db) => run(db, await readerOf(db, bearer))),
    answer,
  );
  return shown === answer ? text : JSON.stringify(shown);
}
