import { transaction } from "@/db/client";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as domains from "./queries";
import { lookUp } from "./resolver";

const everyMs = 15 * 60_000;
const atOnce = 50;

/**
 * Starts the job that checks once a week whether the TXT records of verified domains still exist. One instance checks
 * each domain.
 */
export function startDomainCheck(): Job {
  return repeat("domains: check", everyMs, checkDueDomains, (error) =>
    log.error({ err: error }, "domains could not be checked"),
  );
}

/**
 * Runs one round. If a record is gone, its domain no longer allows joining, and the Admins are told. If no name server
 * responds, nothing is known, and the check is repeated a day later.
 */
export async function checkDueDomains(): Promise<void> {
  const due = await transaction("read", {}, (db) => domains.listDue(db, atOnce));
  for (const domain of due) await checkOne(domain);
}

async function checkOne({
  workspaceId,
  id,
  domain,
  challenge,
}: Awaited<ReturnType<typeof domains.listDue>>[number]): Promise<void> {
  const scope = { workspaceId };
  if (!(await transaction("write", scope, (db) => domains.claimDue(db, workspaceId, id)))) return;
  const found = await lookUp(domain, challenge);
  if (found === "found") return;
  if (found === "unreachable")
    return transaction("write", scope, (db) => domains.tryAgainTomorrow(db, workspaceId, id));
  await transaction("write", scope, async (db) => {
    if (!(await domains.lapse(db, workspaceId, id))) return;
    const actor = { person: null, origin: { requestId: "domain-check", ip: null, userAgent: null } };
    await audit.record(db, workspaceId, actor, { action: "domain.lapsed", target: { type: "domain", id: domain } });
    const workspace = await liveWorkspace.find(db, workspaceId);
    if (!workspace) return;
    for (const to of await membership.adminAddresses(db, workspaceId)) {
      await mail.enqueueOptional(db, {
        to,
        template: "domain-lapsed",
        props: {
          url: link(`/w/${workspace.slug}/settings`),
          domain,
          workspaceName: workspace.name,
          origin: linkOrigin(),
        },
      });
    }
  });
}
