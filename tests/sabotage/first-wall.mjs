// Queries without their condition on the workspace, one query at a time.

const expectRedIn = ["server/composition/first-wall.test.ts"];

/** One query without its condition. `find` occurs once in the function. */
const without = (slice, query, find, replace = "") => ({
  name: `${slice}.${query} without the workspace`,
  file: `server/${slice}/queries.ts`,
  in: query,
  find,
  replace,
  expectRedIn,
});

const members = (query, after = ", ") =>
  without(query === "list" ? "members" : "membership", query, `eq(memberships.workspaceId, workspaceId)${after}`);
const byId = (slice, table, ...queries) =>
  queries.map((query) => without(slice, query, "one(workspaceId, id)", `eq(${table}.id, id)`));
const joinRequests = (query, after = ", ") =>
  without("joining/requests", query, `eq(joinRequests.workspaceId, workspaceId)${after}`);
const inviteLinks = (query, after = ", ") =>
  without("joining/links", query, `eq(inviteLinks.workspaceId, workspaceId)${after}`);

export const firstWall = [
  members("list", ","),
  without("members", "opened", "eq(memberships.workspaceId, of.workspaceId)", "sql`true`"),
  without("members", "searched", "eq(memberships.workspaceId, of.workspaceId), "),
  members("hasOther"),
  members("find"),
  members("listAdmins"),
  members("adminAddresses"),
  members("address"),
  members("hasOtherAdmin", ","),
  members("changeRole"),
  members("remove"),
  without("workspaces/views", "kept", "eq(views.workspaceId, of.workspaceId), "),
  without("playground/presets", "list", "eq(presets.workspaceId, workspaceId)", "sql`true`"),
  ...byId("playground/presets", "presets", "hold", "update", "remove"),
  ...byId("joining/invitations", "invitations", "setMail", "revoke", "exists"),
  ...byId("joining/invitations/answering", "invitations", "settle"),
  without(
    "joining/invitations",
    "renew",
    "    .where(and(one(workspaceId, id), eq(",
    "    .where(and(eq(invitations.id, id), eq(",
  ),
  without("joining/invitations", "countPending", "isOpen(workspaceId)", "eq(invitations.status, 'pending')"),
  without("joining/invitations", "listKnown", "eq(memberships.workspaceId, workspaceId), "),
  without("joining/invitations", "listKnown", "eq(invitations.workspaceId, workspaceId),"),
  without("joining/invitations/by-mail", "find", "eq(invitations.workspaceId, workspaceId), "),
  without("joining/invitations/by-mail", "report", "eq(invitations.workspaceId, workspaceId),"),
  without("joining/invitations/reminders", "claim", "eq(invitations.workspaceId, workspaceId),"),
  without("joining/invitations/list", "list", "eq(invitations.workspaceId, workspaceId),"),
  without("joining/invitations/list", "countMatching", "eq(invitations.workspaceId, workspaceId), "),
  ...byId("keys", "apiKeys", "find", "hold", "update", "mayEndIn"),
  ...byId("keys/lifecycle", "apiKeys", "revoke", "restore", "disable", "enable", "replace"),
  without("keys/lifecycle", "firstRequest", "eq(usageLedger.workspaceId, workspaceId), "),
  without("keys/lifecycle", "requestsLastHour", "eq(usageLedger.workspaceId, workspaceId),"),
  without("keys/reminders", "claim", "eq(apiKeys.workspaceId, workspaceId), "),
  without("keys/leaks", "markLeaked", "eq(apiKeys.workspaceId, workspaceId),"),
  without("keys/list", "list", "eq(apiKeys.workspaceId, workspaceId),"),
  without("keys/list", "total", "eq(apiKeys.workspaceId, workspaceId), "),
  // The query that counts, owners and serviceTotal use.
  without("keys/list", "newest", "eq(apiKeys.workspaceId, workspaceId), "),
  without("keys", "touch", "eq(apiKeys.workspaceId, workspaceId),"),
  without("joining/domains", "list", "eq(domains.workspaceId, workspaceId)", "undefined"),
  ...byId(
    "joining/domains",
    "domains",
    ...["find", "verify", "lapse", "remove", "noteChecked", "setMode", "claimDue", "tryAgainTomorrow"],
  ),
  without("joining/requests", "isPageOpen", "eq(workspaces.id, workspaceId)", "undefined"),
  without("joining/requests", "setPage", "eq(workspaces.id, workspaceId)", "undefined"),
  joinRequests("isWaiting", ","),
  joinRequests("listPending"),
  joinRequests("find"),
  joinRequests("settle"),
  joinRequests("withdrawPending", ","),
  inviteLinks("find"),
  inviteLinks("end"),
  inviteLinks("use", ","),
  without("usage/roll-ups", "part", "eq(table.workspaceId, workspaceId),"),
  without("usage/reports", "keyNames", "eq(apiKeys.workspaceId, workspaceId), "),
  without("usage/reports", "belongs", /\$\{usageHourly\.workspaceId\} = \$\{workspaceId\} and /),
  without("usage/requests", "list", "eq(usageLedger.workspaceId, workspaceId),"),
  without("usage/requests", "newest", "eq(usageLedger.workspaceId, workspaceId), "),
  without("keys/ending", "listEnding", "eq(apiKeys.workspaceId, workspaceId),"),
  without("members/joined", "listNewest", "eq(memberships.workspaceId, workspaceId),"),
  without("workspaces/overview", "standing", /k\.workspace_id = \$\{workspaceId\}::uuid and /),
  without("workspaces/alerts", "found", /b\.workspace_id = \$\{of\.workspaceId\}::uuid and /),
  without("workspaces/overview", "hideSetup", "eq(memberships.workspaceId, workspaceId), "),
  without("usage/requests", "latest", "eq(usageLedger.workspaceId, workspaceId), "),
  without("membership/workspace", "find", "eq(workspaces.id, workspaceId), "),
  without("workspaces", "rename", "eq(workspaces.id, workspaceId)", "undefined"),
  without("workspaces", "touch", "eq(memberships.workspaceId, workspaceId),"),
  without("membership/workspace", "lock", "eq(workspaces.id, workspaceId)", "undefined"),
  without("workspaces", "remove", "eq(workspaces.id, workspaceId)", "undefined"),
  without("workspaces", "summary", "eq(memberships.workspaceId, workspaceId)", "undefined"),
  without("workspaces", "summary", "eq(apiKeys.workspaceId, workspaceId),"),
  without("members/offboarding", "revokeOffersBy", "eq(invitations.workspaceId, workspaceId),"),
];
