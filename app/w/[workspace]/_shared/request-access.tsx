import { LinkButton } from "@/app/_ui/button";
import type { Permission } from "@/server/access/permissions";
import { rolesWith } from "@/server/access/permissions";

/**
 * Draws the link to the request for a role with this permission. It is shown beside a control that is disabled without
 * it.
 */
export function RequestAccess({ slug, permission }: { slug: string; permission: Permission }) {
  const role = rolesWith(permission).at(-1);
  return (
    <LinkButton href={`/w/${slug}/members?dialog=ask:${role}`} size="sm">
      Request access
    </LinkButton>
  );
}
