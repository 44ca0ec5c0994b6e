import type { limitRequests } from "@/db/schema/limits";
import type { Permission } from "@/server/access/permissions";

type Request = Pick<typeof limitRequests.$inferSelect, "kind" | "whose" | "measure">;

/**
 * A kind of request, and the permission that is required to approve it. A property that is missing matches every
 * request.
 */
export type Approval = { ofKey?: true; kind?: Request["kind"]; measure?: string; permission: Permission };

const otherwise = { permission: "limit:manage" } as const satisfies Approval;

/**
 * The first match decides, here and in the statement that counts a person's inbox. The last one matches all requests.
 */
export const approvals: readonly Approval[] = [
  { ofKey: true, kind: "spend", measure: "month", permission: "key:manage-any" },
  { ofKey: true, kind: "rate", permission: "key:manage-any" },
  { ofKey: true, kind: "model", permission: "key:manage-any" },
  { kind: "model", permission: "model:manage" },
  otherwise,
];

/** Returns the permission that a member needs to approve a request. */
export function permissionFor({ kind, whose, measure }: Request): Permission {
  const fits = (approval: Approval) =>
    (!approval.ofKey || whose.startsWith("key:")) &&
    (approval.kind === undefined || approval.kind === kind) &&
    (approval.measure === undefined || approval.measure === measure);
  return (approvals.find(fits) ?? otherwise).permission;
}
