import { transaction } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import * as billing from "../queries";
import * as alerts from "./queries";

const everyMs = 60_000;
const atOnce = 50;

/** Looks once a minute which workspaces have spent a share of their limit that somebody is to be told about. */
export function startSpendAlerts(): Job {
  return repeat(
    everyMs,
    async () => (await mailSpendAlerts()) === atOnce,
    (error) => log.error({ err: error }, "spending could not be looked at"),
  );
}

/**
 * One round, by any number of instances side by side. Whatever number of thresholds a workspace has passed since the last
 * one, its people get one mail, about the highest.
 *
 * @returns how many workspaces were mailed about
 */
export async function mailSpendAlerts(): Promise<number> {
  const due = await transaction("read", {}, (db) => alerts.listDue(db, atOnce));
  let mailed = 0;
  for (const workspaceId of due) {
    // One that fails does not keep the others from being told.
    const isMailed = await mailOne(workspaceId).catch((error) =>
      log.error({ err: error, workspaceId }, "a spending alert could not be mailed"),
    );
    if (isMailed) mailed += 1;
  }
  return mailed;
}

function mailOne(workspaceId: string): Promise<boolean> {
  return transaction("write", { workspaceId }, async (db) => {
    const percent = await alerts.claim(db, workspaceId);
    if (percent === undefined) return false;
    const [workspace, { limit }, { spent }, { period }, recipients] = await Promise.all([
      liveWorkspace.find(db, workspaceId),
      billing.settings(db, workspaceId),
      billing.spend(db, workspaceId, "workspace"),
      billing.clock(db),
      alerts.recipients(db, workspaceId),
    ]);
    if (!workspace || limit === null) return false;
    const actor = { person: null, origin: { requestId: "spend-alerts", ip: null, userAgent: null } };
    await audit.record(db, workspaceId, actor, {
      action: "spend.alerted",
      target: { type: "workspace", id: workspaceId },
      after: { percent, spent, monthlyLimit: limit },
    });
    const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
    for (const to of recipients) {
      await mail.enqueueOptional(db, {
        to,
        template: "spend-alert",
        props: {
          url: link(`/w/${workspace.slug}/billing`),
          workspaceName: workspace.name,
          percent,
          spent: money(spent),
          limit: money(limit),
          isReached: spent >= limit,
          resetsOn: nextMonth(period),
          origin: linkOrigin(),
        },
      });
    }
    return true;
  });
}

const longDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** "1 December 2026", for a month that is given by its first day. */
function nextMonth(period: string): string {
  const [year, month] = period.split("-").map(Number);
  return longDate.format(Date.UTC(year ?? 0, month ?? 0, 1));
}
