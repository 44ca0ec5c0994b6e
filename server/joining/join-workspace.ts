import { type Db, enterWorkspace } from "@/db/client";
import type { Role } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import type { Person } from "@/server/api/context";
import { refuse } from "@/server/api/refusals";
import type { Actor } from "@/server/audit/queries";
import * as audit from "@/server/audit/queries";
import { admit } from "@/server/members/admit";
import { tellOfJoin } from "@/server/members/notices";
import { settleEnded } from "@/server/members/offboarding/ended";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { limits } from "@/server/platform/throttling/limits";
import { takeSeat } from "@/server/workspaces/policy/seat";
import { roleBack, wayBack } from "./former-member";
import * as joining from "./requests/queries";

export type Joiner = Actor & { person: Person; db: Db };

/**
 * Makes the person a member under the workspace's lock, and tells its Admins. For a person who is a member already it
 * changes nothing and succeeds. Refuses `verify_email`, `not_open`, `seats_full`, `personal_workspace`, and
 * `former_member` for a former member who needs approval.
 *
 * @param role null: the workspace's default. A former member to whom an Admin gave a lower role gets that one again
 * @param permit called under the lock, for a person who is not a member yet; throws to refuse
 */
export async function joinWorkspace(
  ctx: Joiner,
  workspaceId: string,
  role: Role | null,
  permit: () => Promise<{ way: "domain"; detail: { domain: string } } | { way: "link"; detail: { link: string } }>,
): Promise<void> {
  if (!ctx.person.isVerified) throw refuse("verify_email");
  if (!(await personRow.hold(ctx.db, ctx.person.id))) throw refuse("not_signed_in");
  await enterWorkspace(ctx.db, workspaceId);
  if (!(await liveWorkspace.lock(ctx.db, workspaceId))) throw refuse("not_open");
  if (await membership.find(ctx.db, workspaceId, ctx.person.id)) return;
  await charge(ctx.db, limits.joinsPerPerson, ctx.person.id);
  await settleEnded(ctx.db, workspaceId, ctx.person.id, ctx.origin);
  const { defaultRole } = await takeSeat(ctx.db, workspaceId);
  const { way, detail } = await permit();
  const { isAskedFor, endsAt, roleByAdmin } = await wayBack(ctx.db, workspaceId, ctx.person.id);
  if (isAskedFor) throw refuse("former_member");
  const back = roleBack(role ?? defaultRole, roleByAdmin);
  const given = back.role;
  await admit(ctx.db, workspaceId, ctx.person.id, given, endsAt, back.roleByAdmin);
  await joining.withdrawPending(ctx.db, workspaceId, ctx.person.id);
  await audit.record(ctx.db, workspaceId, ctx, {
    action: `member.joined_by_${way}`,
    target: { type: "member", id: ctx.person.id },
    after: { role: given, ...(endsAt ? { endsAt } : {}), ...detail },
  });
  await tellOfJoin(ctx, workspaceId, given, way);
}
