import { z } from "zod";
import { can, type Role } from "@/server/access/permissions";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { forecast } from "@/server/billing/forecast";
import * as endingKeys from "@/server/keys/ending/queries";
import * as joined from "@/server/members/joined/queries";
import { limits } from "@/server/platform/throttling/limits";
import * as history from "@/server/usage/history/queries";
import { currency } from "@/server/usage/prices";
import * as requests from "@/server/usage/requests/queries";
import { wantDays } from "@/server/usage/roll-ups/wanted";
import * as overview from "./queries";

const dayMs = 86_400_000;
const drawnDays = 14;
const mostListed = 5;
const none = z.strictObject({});

/** A first step in a workspace, and whether it is done. */
export type SetupStep = { step: "invite" | "key" | "request" | "limit"; isDone: boolean };

export const workspaceOverviewRouter = t.router({
  /**
   * Returns the data of the Overview: the month's spend against its limit, the last 14 days in UTC, the latest
   * requests, the keys that fail or end soon, the members who joined in the last 30 days, and the first steps that the
   * caller's role allows. Money is in micro-units. `setup` is empty when all steps are done or the member has hidden
   * them.
   */
  overview: workspaceProcedure("usage:read", none).query(async ({ ctx }) => {
    const { db, person } = ctx;
    const { workspaceId, memberCount } = ctx.workspace;
    // Far enough back for the start of the month in UTC; the forecast also needs the last week.
    const earliest = new Date(Date.now() - 32 * dayMs).toISOString().slice(0, 10);
    const [standing, days, latest, ending, failing, newcomers] = await Promise.all([
      overview.standing(db, workspaceId, person.id),
      history.daily(db, workspaceId, earliest),
      requests.newest(db, workspaceId, mostListed),
      endingKeys.listEnding(db, workspaceId, mostListed),
      history.failingKeys(db, workspaceId, mostListed),
      joined.listNewest(db, workspaceId, mostListed),
      wantDays(db, workspaceId),
    ]);
    const { now, period, spent, reserved, limit, firstUse } = standing;
    const ofMonth = days.filter(({ day }) => day >= period);
    const sum = (of: (day: history.DayUse) => number) => ofMonth.reduce((all, day) => all + of(day), 0);
    return {
      currency: currency(),
      now,
      month: {
        month: period.slice(0, 7),
        ...{ spent, reserved, limit },
        forecast: forecast(spent, new Map(days.map(({ day, cost }) => [day, cost])), firstUse, now),
        requests: sum((day) => day.requests),
        tokens: sum((day) => day.tokens),
      },
      days: lastDays(now, days),
      hasRequests: firstUse !== null,
      latest,
      keys: { live: standing.liveKeys, ending, failing },
      members: memberCount,
      newcomers,
      setup: stepsLeft(ctx.workspace, standing),
    };
  }),

  /**
   * Hides the first steps for the caller in this workspace. This does not change the workspace, so there is no audit
   * row.
   */
  hideSetup: workspaceProcedure("workspace:read", none, "any", limits.visitsPerPerson).mutation(({ ctx }) =>
    overview.hideSetup(ctx.db, ctx.workspace.workspaceId, ctx.person.id),
  ),
});

/** Returns the last 14 days up to today, including those without usage. */
function lastDays(now: Date, days: history.DayUse[]): { day: string; requests: number; errors: number }[] {
  const used = new Map(days.map((day) => [day.day, day]));
  return Array.from({ length: drawnDays }, (_, i) => {
    const day = new Date(now.getTime() - (drawnDays - 1 - i) * dayMs).toISOString().slice(0, 10);
    return { day, requests: used.get(day)?.requests ?? 0, errors: used.get(day)?.errors ?? 0 };
  });
}

type Here = {
  role: Role;
  kind: "personal" | "organization";
  keyCreators: "developers" | "admins";
  memberCount: number;
};

/** Returns the first steps that a role allows, in their order; none when all are done or the person has hidden them. */
function stepsLeft({ role, kind, keyCreators, memberCount }: Here, standing: overview.Standing): SetupStep[] {
  if (standing.isSetupHidden) return [];
  const mayMakeKeys = can(role, keyCreators === "admins" ? "key:manage-any" : "key:create");
  const steps: (SetupStep & { isTheirs: boolean })[] = [
    {
      step: "invite",
      isDone: memberCount > 1 || standing.hasInvited,
      isTheirs: kind === "organization" && can(role, "member:invite"),
    },
    { step: "key", isDone: standing.hasKey, isTheirs: mayMakeKeys },
    { step: "request", isDone: standing.firstUse !== null, isTheirs: can(role, "key:create") },
    { step: "limit", isDone: standing.hasLimit, isTheirs: can(role, "limit:manage") },
  ];
  const theirs = steps.flatMap(({ step, isDone, isTheirs }) => (isTheirs ? [{ step, isDone }] : []));
  return theirs.every(({ isDone }) => isDone) ? [] : theirs;
}
