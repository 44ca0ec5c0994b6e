import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db } from "@/db/client";
import type { Context } from "@/server/api/context";
import { enter } from "@/server/api/enter-workspace";
import { refuse } from "@/server/api/refusals";
import { isNotPermitted, noteRefused } from "@/server/api/refused-attempts";
import { signedInPerson } from "@/server/api/signed-in";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { contextOf } from "@/server/auth/request-context";
import { discard } from "@/server/platform/http-body";
import { log } from "@/server/platform/log";
import { fileHeaders, sendFile } from "./download";
import { filePaths, flawSentence, flawsInAddress } from "./input";
import { visibleFile } from "./queries";
import { UploaderGone, UploadRefusal } from "./refusal";
import { receiveUpload } from "./upload";
import { watchRight } from "./watch-right";

/** A browser's request for a file's bytes; `fileId` undefined: an upload. */
export type FileRequest = { slug: string; fileId: string | undefined };

/**
 * Returns what a request about a file's bytes asks for: an upload from the page's form, or a download; undefined for
 * other requests.
 */
export function readFileRequest(method: string, path: string): FileRequest | undefined {
  const [, slug, what, fileId] =
    /^\/w\/([a-z0-9-]{1,48})\/models\/files\/(upload|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/download)$/.exec(
      path,
    ) ?? [];
  if (!slug || !what || (method === "POST") !== (what === "upload")) return undefined;
  return { slug, fileId };
}

/**
 * How much of a refused form is still read, and for how long: a browser reads the response only after it has sent all
 * of it.
 */
const [mostDiscarded, discardMs] = [1024 * 1024 * 1024, 30_000];

/**
 * Answers uploads and downloads of a workspace's file pages. Bytes do not go through Next, which holds a form in memory
 * and cuts it off at a megabyte. The front has checked Host and Origin. A form is answered with a redirect to its page;
 * a script that asks for JSON gets JSON.
 */
export async function answerFileRequest(
  asked: FileRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { slug, fileId } = asked;
  response.setHeader("Cache-Control", "private, no-store");
  try {
    const context = await contextOf(request.headers);
    const person = signedInPerson(context);
    const { origin, recordRefused, viewAs } = context;
    if (fileId) {
      await download(slug, fileId, { userId: person.id, viewAs }, request, response);
      return;
    }
    const file = await receiveUpload(request, {
      userId: person.id,
      keyId: null,
      actor: { person, origin },
      // A session that ends during an upload ends the upload too.
      step: async (run) => {
        if (signedInPerson(await contextOf(request.headers)).id !== person.id) throw refuse("not_signed_in");
        return enter(person.id, "file:manage", slug, "write", (db, { workspaceId }) => run(db, workspaceId), {
          viewAs,
        }).catch(async (error) => {
          if (isNotPermitted(error))
            await noteRefused(recordRefused, {
              slug,
              person,
              origin,
              procedure: "files.upload",
              permission: "file:manage",
            });
          throw error;
        });
      },
    });
    if (wantsJson(request)) json(response, 201, { id: file.id });
    else redirect(response, `${filePaths.page(slug)}?done=uploaded`);
  } catch (error) {
    if (error instanceof UploaderGone || response.headersSent) {
      response.destroy();
      return;
    }
    await discard(request, mostDiscarded, discardMs);
    if (!request.complete) response.setHeader("Connection", "close");
    refused(asked, error, request, response);
  }
}

async function download(
  slug: string,
  fileId: string,
  { userId, viewAs }: { userId: string; viewAs: Context["viewAs"] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const look = async () => {
    const see = async (db: Db, { workspaceId }: { workspaceId: string }) =>
      [workspaceId, await visibleFile(db, workspaceId, { userId }, fileId)] as const;
    const [workspaceId, file] = await enter(userId, "model:read", slug, "read", see, { viewAs, hasContents: true });
    if (!file) throw refuse("not_found");
    return { workspaceId, file };
  };
  const { workspaceId, file } = await look();
  if (request.method === "HEAD") {
    response.writeHead(200, fileHeaders(file)).end();
    return;
  }
  // A large file takes a while: if the session, membership or file ends meanwhile, the download ends.
  const unwatch = watchRight(async () => {
    if (signedInPerson(await contextOf(request.headers)).id !== userId) throw refuse("not_signed_in");
    await look();
  }, response);
  await sendFile(response, workspaceId, file).finally(unwatch);
}

function refused(
  { slug, fileId }: FileRequest,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const told = toldOf(error);
  const { reason, message, field, flaws } = told;
  const status = statuses.get(reason) ?? 400;
  const wait = told.retryAfterSeconds ?? (status === 503 ? 5 : undefined);
  if (wait !== undefined) response.setHeader("Retry-After", String(wait));
  if (wantsJson(request)) json(response, status, { reason, message, field, flaws: flaws.map(flawSentence) });
  else redirect(response, addressFor(slug, fileId, told));
}

/** Returns the page's address with the message to show. */
function addressFor(slug: string, fileId: string | undefined, { reason, flaws }: ReturnType<typeof toldOf>): string {
  const page = filePaths.page(slug);
  if (reason === "not_signed_in") return `/sign-in?callbackUrl=${encodeURIComponent(page)}`;
  if (reason === "passkey_required") return `/sign-in/passkey?callbackUrl=${encodeURIComponent(page)}`;
  // The page itself answers "not found" to a person who may not see it.
  if (reason === "not_found") return `${page}?refused=gone`;
  return `${page}?${new URLSearchParams({
    ...(fileId ? {} : { dialog: "upload" }),
    refused: reason,
    ...(flaws.length > 0 ? { lines: flawsInAddress(flaws) } : {}),
  })}`;
}

const statuses = new Map(
  Object.entries({
    ...{
      not_signed_in: 401,
      passkey_required: 403,
      not_permitted: 403,
      viewing_as: 403,
      looking_inside: 403,
      workspace_suspended: 403,
      not_found: 404,
      too_many: 429,
      too_large: 413,
      not_multipart: 415,
    },
    ...{ flawed: 422, workspace_full: 413, store_full: 507, store_down: 503, busy: 503, unavailable: 503, bug: 500 },
  }),
);

function toldOf(error: unknown) {
  if (error instanceof UploadRefusal) {
    const { reason, message, field, flaws } = error;
    return { reason, message, field, flaws, retryAfterSeconds: undefined };
  }
  const isDown = isDatabaseDown(error);
  const told = refusalOf((isDown ? { cause: error } : error) as { code?: string; cause?: unknown });
  if (told.reason === "bug") log.error({ err: error }, "the bytes of a file could not be sent or received");
  return { ...told, field: "file", flaws: [] };
}

const wantsJson = ({ headers }: IncomingMessage) => (headers.accept ?? "").startsWith("application/json");

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location }).end();
}
