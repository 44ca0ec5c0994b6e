import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { log } from "@/server/platform/log";
import type { StoredFile } from "./queries";
import { open } from "./storage";

const idleMs = 120_000;

/** Returns the headers for a response with a file, to be saved and never displayed: its bytes are not trusted. */
export function fileHeaders(file: StoredFile): Record<string, string> {
  return {
    "Content-Type": "application/octet-stream",
    "Content-Length": String(file.bytes),
    "Content-Disposition": disposition(file.filename),
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
  };
}

/**
 * Sends a file as fast as the client takes it; a client that takes nothing for two minutes is disconnected.
 *
 * @throws NoSuchObject, StoreDown while nothing has been sent
 */
export async function sendFile(response: ServerResponse, workspaceId: string, file: StoredFile): Promise<void> {
  const bytes = await open(workspaceId, file.id);
  response.writeHead(200, fileHeaders(file));
  response.setTimeout(idleMs, () => response.destroy());
  try {
    await pipeline(bytes, response);
  } catch (error) {
    // A client that disconnects is no failure; any other error has cut the response short of its announced length.
    if (!response.closed && !response.destroyed) log.error({ err: error, id: file.id }, "a file could not be sent");
    response.destroy();
  }
}

/** Returns the Content-Disposition with the name in ASCII for old clients, and in full for the others. */
function disposition(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(filename).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
