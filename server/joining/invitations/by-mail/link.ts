import { link } from "@/server/mail/links";
import { open, seal } from "@/server/platform/sealed";

const purpose = "invitation answer";

/**
 * Makes the token by which the reader of an invitation's mail declines it without an account: 80 sealed characters that
 * name the invitation, so that it can be neither forged nor read. It cannot accept the invitation, since no other link opens with it.
 */
export function answerToken(workspaceId: string, id: string): string {
  const named = Buffer.from((workspaceId + id).replaceAll("-", ""), "hex");
  return seal(purpose, named).toString("base64url");
}

/** Returns the two links that an invitation's mails have beside the one that leads to it. */
export function answerLinks(workspaceId: string, id: string): { declineUrl: string; reportUrl: string } {
  const token = answerToken(workspaceId, id);
  return { declineUrl: link(`/decline/${token}`), reportUrl: link(`/report/${token}`) };
}

/** Returns the invitation that a token is about, or null when the token was not made here. */
export function invitationOf(token: string): { workspaceId: string; id: string } | null {
  const named = open(purpose, Buffer.from(token, "base64url"));
  if (named?.length !== 32) return null;
  return { workspaceId: uuidAt(named, 0), id: uuidAt(named, 16) };
}

function uuidAt(bytes: Buffer, start: number): string {
  return bytes.toString("hex", start, start + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
