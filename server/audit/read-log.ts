import type { Db } from "@/db/client";
import type { Place } from "@/server/api/cursors";
import { refuse } from "@/server/api/refusals";
import { describeBrowser } from "@/server/platform/user-agent";
import { currency } from "@/server/usage/prices";
import * as choices from "./choices/queries";
import * as exports from "./exports/queries";
import type { AuditFilters, AuditOrder } from "./input";
import * as reading from "./reading/queries";

const mostChoices = 200;

/** Returns a page of a workspace's log, or of the instance's log. Refuses like `refuseUnknownActor`. */
export async function listLog(db: Db, workspaceId: string, asked: AuditFilters & Place & { order: AuditOrder }) {
  await refuseUnknownActor(db, workspaceId, asked);
  const page = await reading.list(db, workspaceId, asked, asked.order, asked);
  const rows = page.rows.map((event) => ({ ...event, browser: describeBrowser(event.userAgent) }));
  return { ...page, rows, currency: currency() };
}

/** Returns the possible values of a log's filters: the people, actions and kinds of things in it. */
export async function logChoices(db: Db, workspaceId: string) {
  return {
    people: await choices.people(db, workspaceId, mostChoices),
    actions: await choices.distinct(db, workspaceId, "action", mostChoices),
    types: await choices.distinct(db, workspaceId, "target_type", mostChoices),
  };
}

/**
 * Returns a part of a log's download, newest first, and the cursor of the next part. Refuses `not_found` for a download
 * that this person has not begun within the last 12 hours, so that no part is read without a row in the log.
 *
 * @param begun the person, and the action with which the beginning of the download was recorded
 */
export async function partOfLog(
  db: Db,
  workspaceId: string,
  begun: { by: string; as: "audit.exported" | "instance.audit_exported" },
  { after, ...filters }: AuditFilters & { after?: string | undefined },
) {
  if (!(await exports.isBegun(db, workspaceId, begun.by, begun.as, filters))) throw refuse("not_found");
  return { workspaceId, ...(await reading.part(db, workspaceId, filters, after)) };
}

/**
 * Refuses `not_found` for a person without actions in a log, so that the answer does not reveal whether such a person
 * exists.
 */
export async function refuseUnknownActor(db: Db, workspaceId: string, { userId }: AuditFilters): Promise<void> {
  if (userId && userId !== "atelier" && !(await choices.isActor(db, workspaceId, userId))) throw refuse("not_found");
}
