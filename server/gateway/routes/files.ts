import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { transaction } from "@/db/client";
import { refuse } from "@/server/api/refusals";
import { deleteFile } from "@/server/files/deletion";
import { fileHeaders, sendFile } from "@/server/files/download";
import { fileLink, readGrant } from "@/server/files/links";
import * as files from "@/server/files/queries";
import { UploaderGone } from "@/server/files/refusal";
import { receiveUpload, type Uploader } from "@/server/files/upload";
import { watchRight } from "@/server/files/watch-right";
import { isWithin } from "@/server/keys/address-ranges";
import { lookUp, recall } from "@/server/keys/cache";
import type { KeptKey } from "@/server/keys/queries";
import * as membership from "@/server/membership/queries";
import { log } from "@/server/platform/log";
import { type Bearer, frontHeader, type GatewayEnv, needs, stillBearer } from "../door/authenticate";
import { allowsOrigin } from "../door/cross-origin";
import { watchKey } from "../door/key-watch";
import { invalid, invalidKey, Refusal } from "../errors/errors";
import { fileInUse, noSuchFile, storeDown, uploadError } from "../errors/file-errors";
import { readFileQuery } from "./file-list";
import { fileObject } from "./file-object";

const mostLinkHours = 168;

/** `/v1/files`, for keys with the scope `files`. */
export const fileRoutes = new Hono<GatewayEnv>();

/** Serves signed links, without a key. Mounted before the key check. */
export const signedFiles = new Hono<GatewayEnv>();

signedFiles.get("/v1/files/:id/signed", async (c) => {
  const id = c.req.param("id");
  const grant = readGrant(id, c.req.query("grant") ?? "");
  if (!grant) throw new Refusal(noSuchFile);
  const { workspaceId, keyId } = grant;
  // A link opens what its key may open at this moment: nothing of a deleted workspace, and nothing when the key has
  // ended.
  const key = await stillGood(keyId);
  if (key?.workspaceId !== workspaceId) throw new Refusal(noSuchFile);
  const file = await transaction("read", { workspaceId }, async (db) => {
    const { memberId } = key;
    if (memberId && !(await membership.find(db, workspaceId, memberId))) return undefined;
    return files.visibleFile(db, workspaceId, { userId: memberId }, id);
  });
  return send(c, { ...key, keyId }, file, mayReadFiles);
});

fileRoutes.post("/v1/files", needs("files"), async (c) => {
  const { incoming } = c.env;
  try {
    const file = await receiveUpload(incoming, uploaderOf(c));
    return c.json(fileObject(file));
  } catch (error) {
    if (error instanceof UploaderGone) return RESPONSE_ALREADY_SENT;
    throw await uploadError(error, c.get("bearer").workspaceId);
  }
});

fileRoutes.get("/v1/files", needs("files"), async (c) => {
  const { workspaceId, memberId } = c.get("bearer");
  const { filter, part, isPaged, wantsTotal } = readFileQuery(new URL(c.req.url).searchParams);
  const { limit } = part;
  const viewer = { userId: memberId };
  const [found, total] = await transaction("read", { workspaceId }, async (db) => [
    filter ? await files.part(db, workspaceId, viewer, filter, { ...part, limit: limit + 1 }) : [],
    wantsTotal && filter ? await files.total(db, workspaceId, viewer, filter) : 0,
  ]);
  if (!found) throw new Refusal({ ...noSuchFile, param: "after" });
  const shown = found.slice(0, limit);
  return c.json({
    object: "list",
    data: shown.map(fileObject),
    ...(wantsTotal ? { total } : {}),
    // OpenAI's client asks for more where there is, from the last file on.
    ...(isPaged
      ? {}
      : { has_more: found.length > limit, first_id: shown[0]?.id ?? null, last_id: shown.at(-1)?.id ?? null }),
  });
});

fileRoutes.get("/v1/files/:id", needs("files"), async (c) => c.json({ ...fileObject(await find(c)), deleted: false }));

fileRoutes.get("/v1/files/:id/content", needs("files"), async (c) => {
  const address = frontHeader(c.env.incoming, "x-client-address");
  const { origin } = c.env.incoming.headers;
  const may = (key: KeptKey) => mayReadFiles(key) && isWithin(address, key.ipRanges) && allowsOrigin(key, origin);
  return send(c, c.get("bearer"), await find(c), may);
});

fileRoutes.get("/v1/files/:id/url", needs("files"), async (c) => {
  const { id } = await find(c);
  const text = c.req.query("expiry") ?? "24";
  const hours = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (hours < 1 || hours > mostLinkHours)
    throw invalid("expiry", `expiry must be whole hours, from 1 to ${mostLinkHours}.`, "query");
  return c.json({ url: fileLink(c.get("bearer"), id, hours) });
});

fileRoutes.delete("/v1/files/:id", needs("files"), async (c) => {
  const id = idIn(c);
  const { workspaceId, memberId: userId, keyId } = c.get("bearer");
  const outcome = await transaction("write", { workspaceId }, (db) =>
    deleteFile(db, workspaceId, { userId, keyId }, actorOf(c), id),
  );
  if (outcome === "gone") throw new Refusal(noSuchFile);
  if (outcome === "in_use") throw new Refusal(fileInUse);
  return c.json({ id, object: "file", deleted: true });
});

/** Returns a file of the key's workspace that the key may see. Refuses with 404. */
async function find(c: Context<GatewayEnv>): Promise<files.StoredFile> {
  const id = idIn(c);
  const { workspaceId, memberId: userId } = c.get("bearer");
  const file = await transaction("read", { workspaceId }, (db) => files.visibleFile(db, workspaceId, { userId }, id));
  if (!file) throw new Refusal(noSuchFile);
  return file;
}

function idIn(c: Context<GatewayEnv>): string {
  const id = c.req.param("id")?.toLowerCase() ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Refusal(noSuchFile);
  return id;
}

/**
 * Sends a file. A large one takes a while: the download breaks off when the key ends, is passed on to another holder or
 * `may` no longer holds for it, and when the file is deleted or hidden from the key.
 */
async function send(
  c: Context<GatewayEnv>,
  { keyId, workspaceId, memberId }: Pick<Bearer, "keyId" | "workspaceId" | "memberId">,
  file: files.StoredFile | undefined,
  may: (key: KeptKey) => boolean,
): Promise<Response> {
  if (!file) throw new Refusal(noSuchFile);
  if (c.req.method === "HEAD") return c.body(null, 200, fileHeaders(file));
  const { outgoing } = c.env;
  const unwatchKey = watchKey(
    keyId,
    (key) => may(key) && key.memberId === memberId,
    () => outgoing.destroy(),
  );
  const unwatchFile = watchRight(async () => {
    const viewer = { userId: memberId };
    const seen = await transaction("read", { workspaceId }, (db) =>
      files.visibleFile(db, workspaceId, viewer, file.id),
    );
    if (!seen) throw refuse("not_found");
  }, outgoing);
  try {
    await sendFile(outgoing, workspaceId, file);
  } catch (error) {
    log.error({ err: error, id: file.id }, "a file could not be read");
    throw new Refusal(storeDown, { cause: error });
  } finally {
    unwatchKey();
    unwatchFile();
  }
  return RESPONSE_ALREADY_SENT;
}

function uploaderOf(c: Context<GatewayEnv>): Uploader {
  const { workspaceId, memberId, keyId } = c.get("bearer");
  return {
    userId: memberId,
    keyId,
    actor: actorOf(c),
    async step(run) {
      // An upload takes a while: it fails when the key was revoked meanwhile, or passed on to another member.
      const now = await stillBearer(c.get("bearer"), c.env.incoming, "files");
      if (now.memberId !== memberId) throw new Refusal(invalidKey);
      return transaction("write", { workspaceId }, (db) => run(db, workspaceId));
    },
  };
}

/** Returns the key of this id, if it is live and may read files. */
async function stillGood(keyId: string): Promise<KeptKey | undefined> {
  const kept = recall(keyId) ?? (await lookUp(keyId));
  return kept?.isLive && mayReadFiles(kept) ? kept : undefined;
}

const mayReadFiles = ({ scopes }: KeptKey) => scopes.includes("files");

function actorOf(c: Context<GatewayEnv>): Uploader["actor"] {
  const { memberId } = c.get("bearer");
  return {
    person: memberId ? { id: memberId } : null,
    origin: {
      requestId: frontHeader(c.env.incoming, "x-request-id") ?? "",
      ip: frontHeader(c.env.incoming, "x-client-address") ?? null,
      userAgent: c.req.header("user-agent")?.slice(0, 400) ?? null,
    },
  };
}
