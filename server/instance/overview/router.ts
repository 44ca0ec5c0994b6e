import { standbyFinding } from "@/db/standby";
import { instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { mailRoute } from "@/server/mail/route/current";
import { serverStates } from "@/server/model-servers/states";
import { limits } from "@/server/platform/throttling/limits";
import { hasRoom } from "@/server/platform/throttling/queries";
import { currency } from "@/server/usage/prices";
import * as figures from "../figures/queries";
import { unpricedModels } from "../prices/unpriced";
import * as overview from "./queries";
import { currentVersion } from "./version";

const staleMs = 5 * 60_000;
const waitingSeconds = 15 * 60;

/**
 * Returns the state of the standby as this process knows it; null: none is configured. Another process may have another
 * state for a second.
 */
function shownStandby() {
  const found = standbyFinding();
  return found ? { state: found.state, lagMs: found.lagMs } : null;
}

/** Procedures for the overview of the instance. */
export const overviewRouter = t.router({
  /**
   * Returns the version, the health of the instance's components, its figures of this month and the last 30 days in
   * UTC, and what needs attention. Money is in micro-units. `unpriced` null: no model server lists its models quickly
   * enough.
   */
  overview: instanceStepsProcedure(noInput).query(async ({ ctx }) => {
    const unpriced = await unpricedModels();
    const found = await ctx.step("read", async (db) => ({
      database: await overview.database(db),
      counts: await overview.counts(db),
      mail: await overview.mail(db),
      trainings: await overview.trainings(db),
      atCeiling: await overview.atCeiling(db),
      isSignUpFull: !(await hasRoom(db, limits.accountsPerInstance, "all")),
      days: await figures.days(db),
    }));
    const { database, days, mail } = found;
    const servers = serverStates();
    const month = database.now.toISOString().slice(0, 7);
    const ofMonth = days.filter(({ day }) => day.startsWith(month));
    const computedAt = days[0]?.computedAt ?? null;
    return {
      ...currentVersion(),
      currency: currency(),
      database,
      counts: found.counts,
      mail,
      servers,
      standby: shownStandby(),
      trainings: found.trainings,
      month: {
        requests: ofMonth.reduce((sum, { requests }) => sum + requests, 0),
        cost: ofMonth.reduce((sum, { cost }) => sum + cost, 0),
      },
      days: days.map(({ computedAt: _, ...day }) => day).reverse(),
      computedAt,
      attention: {
        serversDown: servers.filter(({ isDown }) => isDown).map(({ name }) => name),
        isMailFailing: mailRoute().kind === "none" || mail.failed > 0 || mail.oldestSeconds > waitingSeconds,
        areJobsLate: computedAt === null || database.now.getTime() - computedAt.getTime() > staleMs,
        atCeiling: found.atCeiling,
        isSignUpFull: found.isSignUpFull,
        unpriced,
      },
    };
  }),
});
