import type { PreviewedRow } from "@/server/joining/invitations/bulk/router";
import type { Outcome } from "@/server/joining/invitations/bulk/slice";

type Tone = "success" | "neutral" | "danger";

/** The result of a row, or its problem. */
export const outcomeWords: Record<Outcome, [string, Tone]> = {
  invited: ["Invited", "success"],
  already_member: ["Already a member", "neutral"],
  already_invited: ["Already invited", "neutral"],
  reported: ["Reported an earlier invitation", "danger"],
  bad_address: ["Not an address", "danger"],
  unknown_role: ["No such role", "danger"],
  two_roles: ["Listed with two roles", "danger"],
  cannot_grant: ["You cannot give this role", "danger"],
  sign_in_again: ["Sign in again to invite an Admin", "danger"],
  mailed_enough: ["Too many e-mails to this address today", "danger"],
  no_room: ["Too many pending invitations", "danger"],
  day_used_up: ["You have invited 1,000 today", "danger"],
  failed: ["Not sent", "danger"],
};

/** Returns the problem of a row, including the text that was written. */
export function problemWords({ problem, writtenRole }: PreviewedRow): [string, Tone] {
  if (problem === null) return ["Can be invited", "success"];
  if (problem === "unknown_role" && writtenRole) return [`No such role: ${writtenRole}`, "danger"];
  return outcomeWords[problem];
}

/** Returns the rows as `createMany` takes them. */
export function linesOf(rows: { email: string; role: string }[]): string {
  return rows.map(({ email, role }) => `${email},${role}`).join("\n");
}
