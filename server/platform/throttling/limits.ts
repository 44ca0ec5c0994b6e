/**
 * A token bucket: up to `burst` at once, and as many again in every `seconds`. `isCap`: a limit against abuse, whose `burst` operators
 * can change; what they set holds instead, from `least` on if that is given.
 */
export type Limit<Name extends string = string> = {
  name: Name;
  burst: number;
  seconds: number;
  isCap?: boolean;
  least?: number;
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const limit = (name: string, burst: number, seconds: number): Limit => ({ name, burst, seconds });

type Cap<Name extends string> = Limit<Name> & { isCap: true };
const cap = <Name extends string>(name: Name, burst: number, seconds: number, least?: number): Cap<Name> => ({
  ...{ name, burst, seconds, isCap: true, ...(least !== undefined && { least }) },
});

/** How often a person or an address may do each action. */
export const limits = {
  /** What a person changes, all of it together, where a procedure names no limit of its own. */
  changesPerPerson: limit("changes", 120, 5 * minute),
  /** What leaves no row in the audit log: noting a visit. */
  visitsPerPerson: limit("visits", 600, 5 * minute),
  /** What programs change besides uploads, with all keys of a person together; a service key counts for itself. */
  apiChangesPerHolder: limit("api-changes", 300, 5 * minute),
  profileChangesPerPerson: limit("profile-changes", 20, hour),
  raiseRequestsPerPerson: limit("raise-requests", 20, hour),
  webhookTestsPerPerson: limit("webhook-tests", 20, hour),
  /** Each mails the Admins of a workspace. */
  looksPerPerson: limit("looks", 20, hour),
  roleRequestsPerPerson: limit("role-requests", 10, hour),
  /** Each test of a provider asks a server that the person names. */
  providerChangesPerPerson: limit("provider-changes", 60, hour),
  /** Each test mail goes out at once, past the outbox. */
  mailTestsPerPerson: limit("mail-tests", 5, minute),
  /** Each mails who called the model, in every workspace. */
  baseRetirementsPerPerson: limit("base-retirements", 60, hour),
  baseCancellationsPerPerson: limit("base-cancellations", 60, hour),
  /** Each refuses requests of every workspace for five minutes. */
  baseRehearsalsPerPerson: limit("base-rehearsals", 20, hour),
  exportsPerPerson: limit("exports", 30, hour),
  signInMailPerAddress: cap("sign-in-mail", 3, 15 * minute),
  signInMailPerAddressDaily: cap("sign-in-mail-day", 10, day),
  signInMailPerClient: cap("sign-in-client", 100, 15 * minute),
  /** A browser that its person is known by counts for itself: what others ask for with that address does not lock it out. */
  signInMailPerKnownBrowser: limit("sign-in-known", 10, 15 * minute),
  signInMailPerDomain: cap("sign-in-domain", 300, 15 * minute),
  signInMailPerInstance: cap("sign-in-instance", 1_000, 15 * minute),
  /** Of people without an invitation: who is invited must not be locked out by strangers. */
  accountsPerInstance: cap("accounts", 1_000, day, 1),
  addressChangesPerPerson: limit("address-changes", 5, hour),
  passkeyChallengesPerClient: limit("passkey-challenges", 120, 15 * minute),
  providerSignInsPerClient: limit("provider-sign-ins", 120, 15 * minute),
  workspacesPerPerson: cap("workspaces", 20, hour),
  slugChangesPerWorkspace: limit("slug-changes", 5, day),
  avatarsPerPerson: limit("avatars", 20, hour),
  logosPerPerson: limit("logos", 20, hour),
  iconsPerWorkspace: limit("icons", 20, hour),
  keysPerPerson: limit("keys", 60, hour),
  joinsPerPerson: cap("joins", 20, hour),
  auditChecksPerWorkspace: limit("audit-checks", 30, hour),
  /** Audit rows of a person's refused attempts: more would only fill the disk. */
  refusalsPerPerson: limit("refusals", 30, hour),
  mailEventsPerClient: limit("mail-events", 600, minute),
  /** Each costs the check of a signature; a company's people may share one address. */
  samlAnswersPerClient: limit("saml-answers", 600, minute),
  /** A provider sends one for each session that ends there; each costs the check of a signature. */
  logoutTokensPerClient: limit("logout-tokens", 600, minute),
  leakReportsPerClient: limit("leak-reports", 60, minute),
  uploadsPerWorkspace: limit("uploads", 300, hour),
  domainChecksPerWorkspace: limit("domain-checks", 30, hour),
  /** A team at once, and then 20 an hour. */
  invitationsPerPerson: cap("invitations", 50, 2.5 * hour),
  /** A bulk list, which the Admin has checked before; all workspaces of the person share it. Beside the limit above, not on top. */
  listedInvitationsPerPerson: cap("listed-invitations", 1_000, day),
  /** To addresses of other domains than the person's own organization's: accounts are free, so all new ones share these. */
  strangersPerNewPerson: cap("strangers-new-person", 50, day),
  strangersPerNewClient: cap("strangers-new-client", 100, day),
  strangersPerNewDomain: cap("strangers-new-domain", 100, hour),
  strangersPerNewInstance: cap("strangers-new-instance", 300, hour),
  strangersPerInstance: cap("strangers-instance", 5_000, hour),
  /** Turning an invitation down needs no account: a whole office may be behind one client. */
  invitationAnswersPerClient: limit("invitation-answers", 60, 15 * minute),
  invitationLinksPerPerson: limit("invitation-links", 60, hour),
  /** The sharer of an invite link gets a limited number of mails about people who join by it. */
  joinMailPerWorkspace: limit("join-mail", 30, hour),
  groupMailPerWorkspace: limit("group-mail", 30, hour),
  /** Asking, taking back and asking again tells the Admins once. */
  requestMailPerWorkspaceAndPerson: limit("request-mail", 1, day),
  /** Revoking and inviting again, from any workspace, does not mail a person more often than this. */
  invitationsPerRecipient: cap("invitations-recipient", 10, day),
  invitationMailPerWorkspaceAndAddress: cap("invitation-mail", 3, day),
} as const;

type AnyLimit = (typeof limits)[keyof typeof limits];

/** The names of the limits that operators can change. */
export type CapName = Extract<AnyLimit, { isCap: true }>["name"];

/** The limits that operators can change, in their order. */
export const caps = Object.values(limits).filter(
  (each: Limit): each is Extract<AnyLimit, { isCap: true }> => each.isCap === true,
);

/** Returns between which numbers operators can set a limit: from a tenth of its default, or its least, to a hundred times it. */
export const capBounds = ({ burst, least }: Limit): { least: number; most: number } => ({
  ...{ least: least ?? Math.max(1, Math.ceil(burst / 10)), most: burst * 100 },
});

/**
 * Returns whose bucket an address fills: an IPv4 address its own, an IPv6 address its /64's, since a household or a server has a
 * whole one of those to choose from.
 */
export function clientKey(address: string | null): string {
  if (!address) return "unknown";
  const lower = address.toLowerCase();
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower) ?? /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower);
  if (mapped?.[1]) return mapped[1];
  return lower.includes(":") ? `${network64(lower)}::/64` : lower;
}

function network64(address: string): string {
  const [head = "", tail = ""] = address.split("%")[0]?.split("::") ?? [];
  const before = head ? head.split(":") : [];
  const after = tail ? tail.split(":") : [];
  const gap = address.includes("::") ? Array(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return [...before, ...gap, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
