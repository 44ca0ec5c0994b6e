// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code that is looked for has template strings in it.
// Access reviews, retirements of models, and what is said before a change.

export const reviews = [
  {
    name: "what is decided in a review is decided again",
    file: "server/reviews/deciding/router.ts",
    find: 'if (held.decision !== null) throw refuse("review_decided");',
    replace: "",
    expectRedIn: ["server/reviews/reviews.test.ts"],
  },
  {
    name: "a review disables the last Admin",
    file: "server/reviews/lapse.ts",
    find: 'if (member.role === "admin" && !(await membership.hasOtherAdmin(ctx.db, workspaceId, userId)))',
    replace: "if (member.role === null)",
    expectRedIn: ["server/reviews/reviews.test.ts"],
  },
  {
    name: "a review disables who was there again",
    file: "server/reviews/lapse.ts",
    find: 'if (!(await gathering.isStale(ctx.db, workspaceId, userId))) return { decision: "active" };',
    replace: "",
    expectRedIn: ["server/reviews/reviews.test.ts"],
  },
  {
    name: "a review's result is said to be whole whatever it is",
    file: "server/reviews/router.ts",
    find: "isIntact: sealed?.digest === digest",
    replace: "isIntact: sealed !== undefined",
    expectRedIn: ["server/reviews/reviews.test.ts"],
  },
  {
    name: "a disabled membership is settled at once",
    file: "server/members/offboarding/ending/queries.ts",
    find: "coalesce(${memberships.restorableUntil}, ${memberships.endsAt})",
    replace: "${memberships.endsAt}",
    expectRedIn: ["server/reviews/reviews.test.ts"],
  },
  {
    name: "what is retired answers",
    file: "server/models/retirement/cache.ts",
    find: "isOver || rehearsalEndsAt !== null",
    replace: "isOver === null || rehearsalEndsAt !== null",
    expectRedIn: ["server/gateway/tests/retirement.test.ts"],
  },
  {
    name: "a rehearsal goes on where nothing is heard of its end",
    file: "server/platform/announcements/by-workspace.ts",
    find: " && performance.now() < known.until",
    replace: "",
    expectRedIn: ["server/gateway/tests/retirement.test.ts"],
  },
  {
    name: "a successor that the caller may not use is named",
    file: "server/gateway/door/route-candidates.ts",
    find: "throw retired(retirement, isThere ? successor : null);",
    replace: "throw retired(retirement, successor);",
    expectRedIn: ["server/gateway/tests/retirement.test.ts"],
  },
  {
    name: "a mail about a retirement is sent by every instance",
    file: "server/models/retirement/mails/queries.ts",
    in: "claimMail",
    find: "lte(modelRetirements.mailAt, sql`now()`),",
    replace: "",
    expectRedIn: ["server/models/retirement/retirement.test.ts"],
  },
  {
    name: "operators are mailed of an outage over and over",
    file: "server/instance/outages/queries.ts",
    find: "isFirst: sql<boolean>`${providerOutages.begunAt} = now()`",
    replace: "isFirst: sql<boolean>`true`",
    expectRedIn: ["server/account/inbox/inbox.test.ts"],
  },
  {
    name: "a key is narrowed although one asked first",
    file: "server/keys/router.ts",
    find: 'if (refused !== null) throw refuse("invalid_input", { isSure: refused });',
    replace: "",
    expectRedIn: ["server/keys/impact/impact.test.ts"],
  },
];
