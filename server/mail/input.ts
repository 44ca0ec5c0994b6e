/** The kinds of mail that a person can turn off, each with its description. All others are always sent. */
export const optionalMails = {
  "invitation-reminder": "An invitation to you expires in 2 days",
  "invitation-accepted": "A person accepts your invitation",
  "role-changed": "An Admin changes your role in a workspace",
  "member-joined": "A person joins by domain, link or group, where you are an Admin",
  "member-by-group": "A group changes or ends a membership, where you are an Admin",
  "join-request": "A person asks to join, where you are an Admin",
  "role-request": "A member asks for another role, where you are an Admin",
  "access-review": "An access review starts, is about to end or has ended, where you are an Admin",
  "domain-lapsed": "The record of a workspace's domain is gone",
  "key-expiring": "A key of yours expires in 7 days, or tomorrow",
  "model-retiring": "A model or route that you call is to be retired",
  "limit-request": "A member asks for a higher limit or a model, where you manage them",
  "provider-out": "A model server of the instance cannot be reached, where you are an operator",
  "spend-alert": "A share of a spending limit is spent",
} as const;
export type OptionalMail = keyof typeof optionalMails;
