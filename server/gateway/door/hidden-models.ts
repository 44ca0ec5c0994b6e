import { createMiddleware } from "hono/factory";
import { type Db, transaction } from "@/db/client";
import { hideModels, type ModelReader } from "@/server/membership/hidden-models/hide";
import * as membership from "@/server/membership/queries";
import type { Bearer, GatewayEnv } from "./authenticate";

/** Returns whom a key reads for: its member as they are now, or no person. Asked inside its workspace. */
export async function readerOf(
  db: Db,
  { workspaceId, memberId }: Pick<Bearer, "workspaceId" | "memberId">,
): Promise<ModelReader> {
  const member = memberId === null ? undefined : await membership.find(db, workspaceId, memberId);
  return { workspaceId, personId: memberId, role: member?.role };
}

/**
 * Takes the ids of models that are for others than a key's member out of every JSON answer of our own that comes after it.
 * What a model server answers is sent past this.
 */
export const withoutHiddenModels = createMiddleware<GatewayEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.get("content-type")?.startsWith("application/json")) return;
  const text = await c.res.text();
  const { status, headers } = c.res;
  headers.delete("content-length");
  c.res = new Response(await hideModelIds(c.get("bearer"), text), { status, headers });
});

/** How the ids of a workspace's own models begin, also within an address. No others can be hidden. */
const ownModelId = /ft(?::|%3a)/i;

/** Returns a JSON answer of our own without the ids of models that are for others than a key's member. */
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
