import { link } from "@/server/mail/links";
import { open, seal } from "@/server/platform/sealed";

const purpose = "invitation answer";

/**
 * Returns the token with which the reader of an invitation's mail declines it without an account: 80 sealed characters
 * that contain the invitation's id, so that it can be neither forged nor read. It cannot be used to accept the
 * invitation.
 */
export function answerToken(workspaceId: string, id: string): string {
  const named = Buffer.from((workspaceId + id).replaceAll("-", ""), "hex");
  return seal(purpose, named).toString("base64url");
}

/** Returns the two further links in an invitation's mails, besides the one to the invitation. */
export function answerLinks(workspaceId: string, id: string): { declineUrl: string; reportUrl: string } {
  const token = answerToken(workspaceId, id);
  return { declineUrl: link(`/decline/${token}`), reportUrl: link(`/report/${token}`) };
}

/** Returns the invitation of a token; null when the token was not created here. */
export function invitationOf(token: string): { workspaceId: string; id: string } | null {
  const named = open(purpose, Buffer.from(token, "base64url"));
  if (named?.length !== 32) return null;
  return { workspaceId: uuidAt(named, 0), id: uuidAt(named, 16) };
}

function uuidAt(bytes: Buffer, start: number): string {
  return bytes.toString("hex", start, start + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
