import { createHash } from "node:crypto";
import type { z } from "zod";
import { type Db, transaction } from "@/db/client";
import type { Origin } from "@/server/api/context";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as keys from "../queries";
import { idOf, isKey } from "../secret";
import type { leakReport } from "./input";
import * as leakedKeys from "./queries";

type Finding = z.output<typeof leakReport>[number];

/** The answer to the scanner about one finding. It never contains the key. */
export type Verdict = { token_hash: string; token_type: string; label: "true_positive" | "false_positive" };

/**
 * Checks a finding by the whole key, not by its id alone, and disables the key if it is real. If the key worked,
 * mails the Admins and its maker.
 */
export async function judge(finding: Finding, origin: Origin): Promise<Verdict> {
  const verdict = (label: Verdict["label"]): Verdict => ({
    token_hash: createHash("sha256").update(finding.token).digest("hex"),
    token_type: finding.type,
    label,
  });
  const id = idOf(finding.token);
  const kept = id ? await keys.byId(id) : undefined;
  if (!id || !kept || !isKey(finding.token, kept)) return verdict("false_positive");
  const { workspaceId, isLive } = kept;
  await transaction("write", { workspaceId }, (db) => shutOff(db, workspaceId, id, finding, origin, isLive));
  return verdict("true_positive");
}

async function shutOff(
  db: Db,
  workspaceId: string,
  id: string,
  { url, source, type }: Finding,
  origin: Origin,
  hasWorked: boolean,
): Promise<void> {
  const key = await leakedKeys.markLeaked(db, workspaceId, id);
  if (!key) return;
  await audit.record(
    db,
    workspaceId,
    { person: null, origin },
    {
      action: "key.leaked",
      target: { type: "key", id },
      before: { name: key.name },
      after: { url, source, type },
    },
  );
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace || !hasWorked) return;
  const maker = key.isService ? undefined : await membership.address(db, workspaceId, key.createdBy);
  const admins = await membership.adminAddresses(db, workspaceId);
  for (const to of new Set(maker ? [maker, ...admins] : admins)) {
    await mail.enqueue(db, {
      to,
      template: "key-leaked",
      props: {
        url: link(`/w/${workspace.slug}/keys`, { q: id }),
        keyName: key.name,
        masked: `atl_${id.slice(0, 4)}…${key.lastFour}`,
        workspaceName: workspace.name,
        foundAt: url,
        isMaker: to === maker,
        origin: linkOrigin(),
      },
    });
  }
}
