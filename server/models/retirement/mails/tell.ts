import type { Db } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as calls from "../../calls/queries";
import { successorFor } from "../successor";

type Said = {
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  mailedDays: number | null;
};

/**
 * Mails the recent users of a model in one workspace: its members, and the Admins for keys that belong to no member.
 * Must be called in a transaction inside that workspace.
 */
export async function tellCallers(db: Db, workspaceId: string, modelId: string, retirement: Said): Promise<void> {
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace) return;
  const { members, isAdmins } = await calls.recipients(db, workspaceId, modelId);
  const admins = isAdmins ? await membership.adminAddresses(db, workspaceId) : [];
  const named = await successorFor(db, workspaceId, retirement.successor);
  const successors = new Map([
    ...admins.map((email) => [email, named(null)] as const),
    ...members.map(({ id, email }) => [email, named(id)] as const),
  ]);
  for (const [to, successor] of successors)
    await mail.enqueueOptional(db, {
      to,
      template: "model-retiring",
      props: {
        url: link(`/w/${workspace.slug}/models`),
        ...{ modelId, workspaceName: workspace.name, successor },
        isServed: successor !== null && retirement.afterwards === "successor",
        days: retirement.mailedDays ?? 0,
        retiresAt: retirement.retiresAt.toISOString(),
        origin: linkOrigin(),
      },
    });
}
