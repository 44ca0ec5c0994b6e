import { timingSafeEqual } from "node:crypto";
import { link } from "@/server/mail/links";
import { macOf } from "@/server/platform/sealed";

const purpose = "file link";

/**
 * A link by which anybody can read a file for some hours, unless it is deleted or expires before. It says which workspace's,
 * since nobody is asked for a key.
 */
export function fileLink(workspaceId: string, id: string, hours: number): string {
  const until = Math.floor(Date.now() / 1_000) + Math.round(hours * 3_600);
  const grant = Buffer.alloc(22);
  Buffer.from(workspaceId.replaceAll("-", ""), "hex").copy(grant);
  grant.writeUIntBE(until, 16, 6);
  const signed = Buffer.concat([grant, macOf(purpose, said(grant, id))]);
  return link(`/v1/files/${id}/signed`, { grant: signed.toString("base64url") });
}

/** The workspace of the file that a link's grant opens, or null when it does not open this file, or no longer. */
export function grantedWorkspace(id: string, grant: string): string | null {
  const signed = Buffer.from(/^[\w-]{72}$/.test(grant) ? grant : "", "base64url");
  if (signed.length !== 54) return null;
  const [grantedPart, mac] = [signed.subarray(0, 22), signed.subarray(22)];
  if (!timingSafeEqual(mac, macOf(purpose, said(grantedPart, id)))) return null;
  if (grantedPart.readUIntBE(16, 6) <= Date.now() / 1_000) return null;
  return grantedPart.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const said = (grant: Buffer, id: string) => Buffer.concat([grant, Buffer.from(id)]);
