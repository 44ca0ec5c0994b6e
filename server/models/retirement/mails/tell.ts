import type { Db } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as calls from "../../calls/queries";

type Said = {
  retiresAt: Date;
  successor: string | null;
  afterwards: "refuse" | "successor";
  mailedDays: number | null;
};

/** Mails those of one workspace who called a model lately: its members, and the Admins for what belongs to no member. In that workspace's transaction. */
export async function tellCallers(db: Db, workspaceId: string, modelId: string, retirement: Said): Promise<void> {
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace) return;
  const { addresses, isAdmins } = await calls.recipients(db, workspaceId, modelId);
  const admins = isAdmins ? await membership.adminAddresses(db, workspaceId) : [];
  for (const to of new Set([...addresses, ...admins]))
    await mail.enqueueOptional(db, {
      to,
      template: "model-retiring",
      props: {
        url: link(`/w/${workspace.slug}/models`),
        ...{ modelId, workspaceName: workspace.name, successor: retirement.successor },
        isServed: retirement.afterwards === "successor",
        days: retirement.mailedDays ?? 0,
        retiresAt: retirement.retiresAt.toISOString(),
        origin: linkOrigin(),
      },
    });
}
