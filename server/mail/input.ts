/** The kinds of mail that a person can do without, with what each says. Everything else is always sent. */
export const optionalMails = {
  "invitation-reminder": "An invitation to you expires in 2 days",
  "invitation-accepted": "Somebody accepts your invitation",
  "role-changed": "Somebody changes your role in a workspace",
  "member-joined": "Somebody joins, by its domain or link, a workspace whose Admin you are",
  "join-request": "Somebody asks to join a workspace whose Admin you are",
  "role-request": "Somebody asks for another role in a workspace whose Admin you are",
  "domain-lapsed": "The record of a workspace's domain is gone",
  "key-expiring": "A key of yours expires in 7 days, or tomorrow",
  "spend-alert": "A workspace has spent a share of its monthly limit",
} as const;
export type OptionalMail = keyof typeof optionalMails;
