import { type Db, transaction } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as keyReminders from "./queries";

const everyMs = 10 * 60_000;
const atOnce = 50;

/** Mails 7 days and 1 day before a key ends. All instances may run it; each mail is sent by one of them. */
export function startKeyReminders(): Job {
  return repeat("keys: remind", everyMs, remindDue, (error) =>
    log.error({ err: error }, "reminders of keys could not be sent"),
  );
}

/** Runs one round. Returns whether there may be more to do at once. */
export async function remindDue(): Promise<boolean> {
  const due = await transaction("read", {}, (db) => keyReminders.listDue(db, atOnce));
  for (const { workspaceId, id } of due)
    await transaction("write", { workspaceId }, (db) => remind(db, workspaceId, id));
  return due.length === atOnce;
}

/** Mails the key's maker, or the Admins when the maker has left. */
async function remind(db: Db, workspaceId: string, id: string): Promise<void> {
  const key = await keyReminders.claim(db, workspaceId, id);
  const workspace = key && (await liveWorkspace.find(db, workspaceId));
  if (!key?.expiresAt || !workspace) return;
  const maker = key.isService ? undefined : await membership.address(db, workspaceId, key.createdBy);
  for (const to of maker ? [maker] : await membership.adminAddresses(db, workspaceId)) {
    await mail.enqueueOptional(db, {
      to,
      template: "key-expiring",
      props: {
        url: link(`/w/${workspace.slug}/keys`, { q: key.id }),
        keyName: key.name,
        masked: `atl_${key.id.slice(0, 4)}…${key.lastFour}`,
        workspaceName: workspace.name,
        isLastDay: key.remindedDays === 1,
        isMaker: maker !== undefined,
        expiresAt: key.expiresAt.toISOString(),
        origin: linkOrigin(),
      },
    });
  }
}
