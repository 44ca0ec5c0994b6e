import type { Db } from "@/db/client";
import type { Person } from "@/server/api/context";
import { linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import { restorableDays } from "./input";

/** Mails the workspace's Admins, except the one who acted, that it was deleted or restored. */
export async function tellOtherAdmins(
  { db, person }: { db: Db; person: Person },
  workspaceId: string,
  workspaceName: string,
  template: "workspace-deleted" | "workspace-restored",
  url: string,
): Promise<void> {
  const shared = { url, workspaceName, personName: person.name, personEmail: person.email };
  const origin = linkOrigin();
  for (const to of (await membership.adminAddresses(db, workspaceId)).filter((email) => email !== person.email))
    await mail.enqueue(
      db,
      template === "workspace-deleted"
        ? { to, template, props: { ...shared, origin, days: restorableDays } }
        : { to, template, props: { ...shared, origin } },
    );
}
