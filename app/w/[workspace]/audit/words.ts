/** What each action is in words. The braces are what it was done to. */
const phrases: Record<string, string> = {
  "audit.exported": "downloaded the audit log",
  "audit.verified": "verified the audit log",
  "permission.refused": "was refused {} for their role",
  "domain.mode_changed": "changed how people join by the domain {}",
  "domain.lapsed": "found the proof of the domain {} gone",
  "domain.verified": "proved the domain {}",
  "file.expired": "deleted the file {}, which had expired",
  "fine_tuning.cancel_requested": "asked to cancel the fine-tuning job {}",
  "fine_tuning.created": "created the fine-tuning job {}",
  "fine_tuning.started": "started the fine-tuning job {}",
  "fine_tuning.succeeded": "finished the fine-tuning job {}",
  "fine_tuning.failed": "ended the fine-tuning job {}, which failed",
  "fine_tuning.cancelled": "ended the fine-tuning job {}, which was cancelled",
  "invitation.created": "invited {}",
  "invitation.resent": "sent the invitation of {} again",
  "invitation.link_made": "made a link for the invitation of {}",
  "invitation.revoked": "took back the invitation of {}",
  "invitation.accepted": "accepted an invitation",
  "invitation.declined": "declined an invitation",
  "invitation.declined_by_mail": "ended the invitation of {}, declined by the link in its mail",
  "invitation.reported": "reported an invitation as unwanted",
  "invitation.reported_by_mail": "ended the invitation of {}, reported as unwanted by the link in its mail",
  "invite_link.made": "made an invite link",
  "invite_link.replaced": "replaced the invite link",
  "invite_link.ended": "switched the invite link off",
  "join_page.opened": "opened the join page",
  "join_page.closed": "closed the join page",
  "join_request.made": "asked to join",
  "join_request.withdrawn": "took back their request to join",
  "join_request.approved": "let {} join",
  "join_request.declined": "declined the request of {} to join",
  "key.leaked": "switched off the key {}, which was found in public",
  "key.policy_changed": "changed how long keys may live",
  "member.joined_by_domain": "joined by their e-mail domain",
  "member.joined_by_link": "joined by the invite link",
  "member.left": "left",
  "member.removed": "removed {}",
  "member.role_changed": "changed the role of {}",
  "member.limit_set": "set the monthly limit of {}",
  "member.limit_removed": "removed the monthly limit of {}",
  "model.share_ended": "ended sharing the model {}",
  "model.visibility_changed": "changed who sees the model {}",
  "rate_limit.set": "set the rate limit of {}",
  "rate_limit.removed": "removed the rate limit of {}",
  "spend.alerted": "told the Admins how much of the monthly limit is spent",
  "spend.alerts_changed": "changed when the Admins are told of spend",
  "spend.limit_set": "set the workspace's monthly limit",
  "spend.limit_removed": "removed the workspace's monthly limit",
};

const groupNames: Record<string, string> = {
  api_key: "API keys",
  audit: "Audit log",
  fine_tuning: "Fine-tuning",
  spend: "Spending",
  permission: "Refused attempts",
};

/**
 * What was done, in words, before and after what it was done to. An action without words of its own is read as it is
 * written: `model.archived` is "archived the model …".
 */
export function phraseOf(action: string): { before: string; after: string | null } {
  const [group = "", done = ""] = action.split(".");
  const phrase = phrases[action] ?? `${spaced(done)} the ${spaced(group)} {}`;
  const [before = "", after] = phrase.split("{}");
  return { before: before.trim(), after: after === undefined ? null : after };
}

/** Groups of actions as they are chosen: "Keys" for `key.*`. */
export function groupName(group: string): string {
  return groupNames[group] ?? capital(`${spaced(group)}s`);
}

/** A kind of thing, an action's second half, a field: "Fine tuning job". */
export function plainName(name: string): string {
  return capital(spaced(name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()));
}

const spaced = (text: string) => text.replaceAll("_", " ");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
