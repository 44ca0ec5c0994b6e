import { type Db, transaction } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { decimalMoney } from "@/server/usage/money";
import { currency } from "@/server/usage/prices";
import { postAlert } from "../webhooks/tell";
import * as alerts from "./queries";

const everyMs = 60_000;
const atOnce = 50;

/** Starts the job that checks once a minute which workspaces have spent a share of a limit that must be mailed. */
export function startSpendAlerts(): Job {
  return repeat(
    "spending: alert",
    everyMs,
    async () => (await mailSpendAlerts()) === atOnce,
    (error) => log.error({ err: error }, "spending could not be checked for alerts"),
  );
}

/**
 * Runs one round; several instances may do so at the same time. When several thresholds of a limit were passed since
 * the last round, one mail is sent, about the highest.
 *
 * @returns how many workspaces got mails
 */
export async function mailSpendAlerts(): Promise<number> {
  const due = await transaction("read", {}, (db) => alerts.listDue(db, atOnce));
  let mailed = 0;
  for (const workspaceId of due) {
    // A workspace that fails does not stop the mails of the others.
    const isMailed = await mailOne(workspaceId).catch((error) =>
      log.error({ err: error, workspaceId }, "a spending alert could not be mailed"),
    );
    if (isMailed) mailed += 1;
  }
  return mailed;
}

function mailOne(workspaceId: string): Promise<boolean> {
  return transaction("write", { workspaceId }, async (db) => {
    const passed = await alerts.claim(db, workspaceId);
    const [workspace, managers] = await Promise.all([
      liveWorkspace.find(db, workspaceId),
      alerts.recipients(db, workspaceId),
    ]);
    if (!workspace) return false;
    for (const limit of passed) await mailLimit(db, workspaceId, workspace, limit, managers);
    return passed.length > 0;
  });
}

async function mailLimit(
  db: Db,
  workspaceId: string,
  workspace: { name: string; slug: string },
  passed: alerts.PassedLimit,
  managers: string[],
): Promise<void> {
  const standing = await alerts.standing(db, workspaceId, passed);
  if (!standing) return;
  const { of, name, limit, spent, owner, resetsOn } = standing;
  const { span, threshold: percent } = passed;
  const actor = { person: null, origin: { requestId: "spend-alerts", ip: null, userAgent: null } };
  const isMonthOfWorkspace = of === "workspace" && span === "month";
  await audit.record(db, workspaceId, actor, {
    action: "spend.alerted",
    target: { type: "workspace", id: workspaceId },
    after: { percent, spent, ...(isMonthOfWorkspace ? { monthlyLimit: limit } : { of, span, limit }) },
  });
  const money = (micro: number) => `${decimalMoney(micro)} ${currency()}`;
  const query = new URLSearchParams({ of, span });
  const url = link(`/w/${workspace.slug}/${isMonthOfWorkspace ? "billing" : `limits/spending?${query}`}`);
  const figures = { percent, spent: money(spent), limit: money(limit), isReached: spent >= limit };
  const workspaceName = workspace.name;
  await postAlert(db, workspaceId, { ...figures, workspaceName, whose: ownerOf(of, name), url });
  for (const to of new Set([...managers, ...(owner ? [owner] : [])])) {
    await mail.enqueueOptional(db, {
      to,
      template: "spend-alert",
      props: {
        url,
        workspaceName,
        ...figures,
        ...{ of, name, span },
        resetsOn,
        origin: linkOrigin(),
      },
    });
  }
}

/** Returns the name of a limit's owner, as a sentence begins: "The key Production". */
function ownerOf(of: string, name: string | null): string {
  const [kind = "", ...rest] = of.split(":");
  if (kind === "workspace") return "The workspace";
  if (kind === "ceiling") return "By its ceiling, the workspace";
  return `The ${kind} ${name ?? rest.join(":")}`;
}
