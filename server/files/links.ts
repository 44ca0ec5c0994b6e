import { timingSafeEqual } from "node:crypto";
import { link } from "@/server/mail/links";
import { macOf } from "@/server/platform/sealed";

const purpose = "file link";

/** Bytes of a grant: the workspace's id, the second it ends in, and the id of the key that gave it. */
const [idBytes, untilBytes, keyBytes, macBytes] = [16, 6, 12, 32];
const saidBytes = idBytes + untilBytes + keyBytes;

/** What a link says: whose file it opens, and by which key it was given. */
export type Grant = { workspaceId: string; keyId: string };

/**
 * Returns a link that opens a file for some hours, as long as the key that made it may read the file. It names the workspace and the
 * key, since a request with it has no key.
 */
export function fileLink({ workspaceId, keyId }: Grant, id: string, hours: number): string {
  const until = Math.floor(Date.now() / 1_000) + Math.round(hours * 3_600);
  const grant = Buffer.alloc(saidBytes);
  Buffer.from(workspaceId.replaceAll("-", ""), "hex").copy(grant);
  grant.writeUIntBE(until, idBytes, untilBytes);
  grant.write(keyId, idBytes + untilBytes, "ascii");
  const signed = Buffer.concat([grant, macOf(purpose, said(grant, id))]);
  return link(`/v1/files/${id}/signed`, { grant: signed.toString("base64url") });
}

/**
 * Returns what a link's grant says, or null when it does not open this file, or no longer. Whether its key may still see the file
 * has to be asked besides.
 */
export function readGrant(id: string, grant: string): Grant | null {
  const signed = Buffer.from(/^[\w-]{80,100}$/.test(grant) ? grant : "", "base64url");
  if (signed.length !== saidBytes + macBytes) return null;
  const [granted, mac] = [signed.subarray(0, saidBytes), signed.subarray(saidBytes)];
  if (!timingSafeEqual(mac, macOf(purpose, said(granted, id)))) return null;
  if (granted.readUIntBE(idBytes, untilBytes) <= Date.now() / 1_000) return null;
  return {
    workspaceId: granted.toString("hex", 0, idBytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    keyId: granted.toString("ascii", idBytes + untilBytes),
  };
}

const said = (grant: Buffer, id: string) => Buffer.concat([grant, Buffer.from(id)]);
