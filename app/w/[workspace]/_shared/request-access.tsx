import { LinkButton } from "@/app/_ui/button";
import type { Permission } from "@/server/access/permissions";
import { rolesWith } from "@/server/access/permissions";

/** Leads to where one asks for a role that holds a permission: beside what is off without it. */
export function RequestAccess({ slug, permission }: { slug: string; permission: Permission }) {
  const role = rolesWith(permission).at(-1);
  return (
    <LinkButton href={`/w/${slug}/members?dialog=ask:${role}`} size="sm">
      Request access
    </LinkButton>
  );
}
