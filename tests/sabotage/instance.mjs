// What belongs to the instance as a whole: its look, its mail, its traces.

export const instance = [
  {
    name: "mail goes to a suppressed address",
    file: "server/mail/job.ts",
    find: "  if (suppressed) {",
    replace: "  if (suppressed && !mail.to) {",
    expectRedIn: ["server/mail/suppression/suppression.test.ts"],
  },
  {
    name: "an event of the mail provider counts twice",
    file: "server/mail/suppression/resend-events.ts",
    find: "if (!(await noteEvent(db, id))) return false;",
    replace: "await noteEvent(db, id);",
    expectRedIn: ["server/mail/suppression/suppression.test.ts"],
  },
  {
    name: "a caller's flag decides which traces are kept",
    file: "server/platform/tracing/sampling.ts",
    find: "return isCallerHeard ? new ParentBasedSampler({ root }) : new OwnDecision(root);",
    replace: "void isCallerHeard; void OwnDecision; return new ParentBasedSampler({ root });",
    expectRedIn: ["server/http/traces.test.ts"],
  },
  {
    name: "a deleted sign-in provider stays linked",
    file: "server/instance/sign-in/queries.ts",
    in: "remove",
    find: "eq(accounts.provider, id)",
    replace: "and(eq(accounts.provider, id), sql`false`)",
    expectRedIn: ["server/instance/sign-in/sign-in.test.ts"],
  },
  {
    name: "the ceiling on requests per minute is not asked for",
    file: "db/sql/functions/usage_limits.sql",
    find: "WHERE coalesce(limits.most_requests_per_minute, limits.most_tokens_per_minute) IS NOT NULL) all_rates));",
    replace: "WHERE false) all_rates));",
    expectRedIn: ["server/instance/ceilings/ceilings.test.ts"],
  },
  {
    name: "a resumed workspace stays in the list of suspended ones",
    file: "db/sql/functions/list_figures.sql",
    find: "WHEN NEW.suspended_at IS NOT NULL THEN 'suspended' ELSE 'active' END",
    replace: "ELSE 'suspended' END",
    expectRedIn: ["server/instance/workspaces/lists.test.ts"],
  },
  {
    name: "files that are uploaded at once go beyond the ceiling",
    file: "server/files/upload.ts",
    find: "  await liveWorkspace.lock(db, workspaceId);\n",
    replace: "  void liveWorkspace;\n",
    expectRedIn: ["server/gateway/tests/files-refused.test.ts"],
  },
  {
    name: "a key is restored beyond the ceiling",
    file: "server/keys/lifecycle/router.ts",
    find: "    await refuseBeyondCeiling(ctx.db, ctx.workspace.workspaceId);\n",
    replace: "    void refuseBeyondCeiling;\n",
    expectRedIn: ["server/instance/ceilings/ceilings.test.ts"],
  },
  {
    name: "the link to the terms of use may be a script",
    file: "server/instance/appearance/input.ts",
    find: " && /^https?:\\/\\//i.test(typed)",
    replace: "",
    expectRedIn: ["server/instance/appearance/appearance.test.ts"],
  },
];
