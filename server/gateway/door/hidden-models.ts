import { createMiddleware } from "hono/factory";
import { type Db, transaction } from "@/db/client";
import { hideModels, type ModelReader } from "@/server/membership/hidden-models/hide";
import * as membership from "@/server/membership/queries";
import type { Bearer, GatewayEnv } from "./authenticate";

/** Returns whom a key reads for: its member as they are now, or no person. Asked inside its workspace. */
export async function readerOf(db: Db, { workspaceId, memberId }: Bearer): Promise<ModelReader> {
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
  const text = await c.res.clone().text();
  const bearer = c.get("bearer");
  const answer: unknown = text === "" ? null : JSON.parse(text);
  const shown = await hideModels(
    (run) =>
      transaction("read", { workspaceId: bearer.workspaceId }, async (db) => run(db, await readerOf(db, bearer))),
    answer,
  );
  if (shown === answer) return;
  const { status, headers } = c.res;
  headers.delete("content-length");
  c.res = new Response(JSON.stringify(shown), { status, headers });
});
