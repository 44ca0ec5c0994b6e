import { timingSafeEqual } from "node:crypto";
import { link } from "@/server/mail/links";
import { macOf } from "@/server/platform/sealed";

const purpose = "file link";

/**
 * The lengths of the parts of a grant in bytes: the workspace's id, its last second, the id of the key that created it,
 * and the signature.
 */
const [idBytes, untilBytes, keyBytes, macBytes] = [16, 6, 12, 32];
const saidBytes = idBytes + untilBytes + keyBytes;

/** The content of a link: the workspace of its file, and the key that created it. */
export type Grant = { workspaceId: string; keyId: string };

/**
 * Returns a link that opens a file for some hours, as long as the key that created it may read the file. It contains
 * the workspace and the key, because a request with it has no key.
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
 * Returns the content of a link's grant; null when it does not open this file, or has expired. The caller has to check
 * whether its key may still see the file.
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
