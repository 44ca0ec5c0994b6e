/**
 * A token bucket: up to `burst` at once, refilled with `burst` per `seconds`. `isCap` marks a limit against abuse,
 * whose `burst` operators can change, to no less than `least` if that is given.
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
  /** All changes of a person together, if a procedure has no limit of its own. */
  changesPerPerson: limit("changes", 120, 5 * minute),
  /** Actions without a row in the audit log: noting a visit. */
  visitsPerPerson: limit("visits", 600, 5 * minute),
  /** Changes by programs besides uploads, with all keys of a person together; a service key has its own bucket. */
  apiChangesPerHolder: limit("api-changes", 300, 5 * minute),
  profileChangesPerPerson: limit("profile-changes", 20, hour),
  raiseRequestsPerPerson: limit("raise-requests", 20, hour),
  webhookTestsPerPerson: limit("webhook-tests", 20, hour),
  /** Each mails the Admins of a workspace. */
  looksPerPerson: limit("looks", 20, hour),
  roleRequestsPerPerson: limit("role-requests", 10, hour),
  /** Each test of a provider asks a server that the person names. */
  providerChangesPerPerson: limit("provider-changes", 60, hour),
  /** Each test mail is sent at once, without the outbox. */
  mailTestsPerPerson: limit("mail-tests", 5, minute),
  /** Each sends mail about the callers of the model in every workspace. */
  baseRetirementsPerPerson: limit("base-retirements", 60, hour),
  baseCancellationsPerPerson: limit("base-cancellations", 60, hour),
  /** Each refuses requests of every workspace for five minutes. */
  baseRehearsalsPerPerson: limit("base-rehearsals", 20, hour),
  exportsPerPerson: limit("exports", 30, hour),
  signInMailPerAddress: cap("sign-in-mail", 3, 15 * minute),
  signInMailPerAddressDaily: cap("sign-in-mail-day", 10, day),
  signInMailPerClient: cap("sign-in-client", 100, 15 * minute),
  /**
   * A browser in which the person has signed in before has its own bucket, so requests of others for that address do
   * not lock the person out.
   */
  signInMailPerKnownBrowser: limit("sign-in-known", 10, 15 * minute),
  signInMailPerDomain: cap("sign-in-domain", 300, 15 * minute),
  signInMailPerInstance: cap("sign-in-instance", 1_000, 15 * minute),
  /** Accounts without an invitation: strangers must not lock out invited people. */
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
  /** Audit rows about a person's refused attempts; more would only fill the disk. */
  refusalsPerPerson: limit("refusals", 30, hour),
  mailEventsPerClient: limit("mail-events", 600, minute),
  /** Each requires the check of a signature. The people of a company may share one IP address. */
  samlAnswersPerClient: limit("saml-answers", 600, minute),
  /** A provider sends one for each session that ends there. Each requires the check of a signature. */
  logoutTokensPerClient: limit("logout-tokens", 600, minute),
  leakReportsPerClient: limit("leak-reports", 60, minute),
  uploadsPerWorkspace: limit("uploads", 300, hour),
  domainChecksPerWorkspace: limit("domain-checks", 30, hour),
  /** A whole team at once, and then 20 per hour. */
  invitationsPerPerson: cap("invitations", 50, 2.5 * hour),
  /**
   * Invitations of a bulk list, which the Admin has checked before. All workspaces of the person share the bucket. It
   * applies instead of the limit above.
   */
  listedInvitationsPerPerson: cap("listed-invitations", 1_000, day),
  /**
   * Invitations to addresses outside the person's own organization. Accounts are free, so all new ones share these
   * buckets.
   */
  strangersPerNewPerson: cap("strangers-new-person", 50, day),
  strangersPerNewClient: cap("strangers-new-client", 100, day),
  strangersPerNewDomain: cap("strangers-new-domain", 100, hour),
  strangersPerNewInstance: cap("strangers-new-instance", 300, hour),
  strangersPerInstance: cap("strangers-instance", 5_000, hour),
  /** Declining an invitation needs no account; a whole office may share one IP address. */
  invitationAnswersPerClient: limit("invitation-answers", 60, 15 * minute),
  invitationLinksPerPerson: limit("invitation-links", 60, hour),
  /** The sharer of an invite link gets a limited number of mails about people who join by it. */
  joinMailPerWorkspace: limit("join-mail", 30, hour),
  groupMailPerWorkspace: limit("group-mail", 30, hour),
  /** A person who withdraws a request and asks again does not send the Admins another mail. */
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

/**
 * Returns the bounds within which operators can set a limit: from a tenth of its default, or its `least`, to a hundred
 * times the default.
 */
export const capBounds = ({ burst, least }: Limit): { least: number; most: number } => ({
  ...{ least: least ?? Math.max(1, Math.ceil(burst / 10)), most: burst * 100 },
});

/**
 * Returns the bucket name for a client address: an IPv4 address has its own; IPv6 addresses share one per /64, because
 * a household or a server can choose any address in a whole /64.
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
