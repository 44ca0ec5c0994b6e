import type { Templates } from "@/server/mail/templates";

const toJoin = "An Admin sends the invitation again under Members.";
const signIn = "The person asks for a new link at the sign-in page.";
const seen = "What it reports is seen in the workspace.";
const answer = "The request waits in the workspace and is answered there.";

/** The subject of each kind of mail, and what to do when it was given up. */
const kinds: Record<keyof Templates, [name: string, instead: string]> = {
  "sign-in": ["Sign-in link", signIn],
  "sign-in-refused": ["Sign-in refused", signIn],
  "confirm-address": ["Confirmation of an address", "The person changes their address again in their account."],
  "access-review": ["Access review", seen],
  "access-review-warning": [
    "Warning of an access review",
    "Tell the person that their access is about to be disabled.",
  ],
  "account-notice": ["Change of an account", "What it reports is seen in the person's account."],
  "new-device": ["Sign-in by a new browser", "The browsers are listed in the person's account."],
  invitation: ["Invitation", toJoin],
  "invitation-reminder": ["Reminder of an invitation", toJoin],
  "invitation-accepted": ["Accepted invitation", seen],
  "invitation-reported": ["Reported invitation", seen],
  "member-by-group": ["Role or end by a group", seen],
  "member-joined": ["New member", seen],
  "member-removed": ["Removal from a workspace", "Tell the person, who is no member any more."],
  "role-changed": ["Changed role", seen],
  "join-request": ["Request to join", answer],
  "request-answered": ["Answer to a request to join", seen],
  "domain-lapsed": ["Lapsed domain", seen],
  "key-expiring": ["Expiring key", seen],
  "key-leaked": ["Leaked key", "The key is disabled; it is rotated under API keys."],
  "key-rotated": ["Rotated key", seen],
  "keys-left": ["Keys of a former member", seen],
  "membership-ending": ["Ending membership", seen],
  "model-retiring": ["Retirement of a model", "The page of the model says when it ends."],
  "look-answered": ["Answer to a request to look inside", seen],
  "look-request": ["Request to look inside", answer],
  "role-request": ["Request for a role", answer],
  "role-answered": ["Answer to a request for a role", seen],
  "limit-answered": ["Answer to a request for a limit", seen],
  "limit-request": ["Request for a limit", answer],
  "spend-alert": ["Spend alert", "What is spent is seen under Billing."],
  "provider-out": ["Outage of a model server", "Which can be reached is shown under Model providers."],
  "test-mail": ["Test e-mail", "Send another test."],
  "workspace-deleted": ["Deleted workspace", "Deleted workspaces are listed for their Admins for 30 days."],
  "workspace-restored": ["Restored workspace", seen],
};

/** Returns the words for a mail's template; a mail of an earlier version may have another template. */
export function kindOf(template: string): { name: string; instead: string } {
  const [name, instead] = new Map<string, [string, string]>(Object.entries(kinds)).get(template) ?? [template, seen];
  return { name, instead };
}
