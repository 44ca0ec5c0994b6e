import type { Db } from "@/db/client";
import * as history from "@/server/usage/history/queries";
import { forecast } from "./forecast";
import * as billing from "./queries";

const dayMs = 86_400_000;

/**
 * Returns the forecast of the workspace's cost at the end of this month, in micro-units, with the database's time;
 * null: there is not enough data.
 */
export async function expectedMonth(db: Db, workspaceId: string): Promise<{ now: Date; forecast: number | null }> {
  const { now } = await billing.clock(db);
  const aWeekAgo = new Date(now.getTime() - 7 * dayMs).toISOString().slice(0, 10);
  const [{ spent }, firstUse, days] = await Promise.all([
    billing.spend(db, workspaceId, "workspace"),
    history.firstUse(db, workspaceId),
    history.byDay(db, workspaceId, aWeekAgo, []),
  ]);
  const perDay = new Map(days.map(({ day, cost }) => [day, cost]));
  return { now, forecast: forecast(spent, perDay, firstUse, now) };
}
