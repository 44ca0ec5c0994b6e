import { instanceLog, transaction } from "@/db/client";
import type { ProviderAnswer } from "@/server/auth/providers/client";
import { finishWithProvider as finish, type GroupMembership } from "@/server/auth/providers/finish";
import * as shownGroups from "@/server/instance/sign-in/groups/queries";
import { applyGroups, type Outcome } from "@/server/joining/groups/apply";
import * as rules from "@/server/joining/groups/queries";
import { readGroups } from "@/server/joining/groups/read-groups";
import { log } from "@/server/platform/log";

/**
 * Finishes a sign-in with a provider and applies the provider's groups. Sign-in does not know workspaces; this
 * function connects the two.
 */
export const finishWithProvider = (
  request: Parameters<typeof finish>[0],
  found: Parameters<typeof finish>[1],
): ReturnType<typeof finish> => finish(request, found, groupMembership);

const groupMembership: GroupMembership = {
  async apply(who, provider, answer) {
    const settings = await transaction("read", {}, (db) => rules.settingsOf(db, provider));
    if (!settings) return;
    const read = await readFrom(settings.claim, answer);
    const outcomes = await applyGroups(who, provider, read);
    const of = (...wanted: Outcome[]) => [...outcomes.values()].filter((outcome) => wanted.includes(outcome)).length;
    const counts = {
      ...{ joined: of("joined"), roleSet: of("role_set"), removed: of("removed") },
      refused: of("closed", "former_member", "last_admin", "seats_full"),
    };
    if ("problem" in read && read.problem !== "missing")
      log.warn({ provider, problem: read.problem }, "groups of a sign-in could not be read: nothing was changed");
    else log.info({ provider, ...counts }, "groups of a sign-in were applied");
  },
  async plan(operatorId, provider, answer) {
    const scope = { userId: operatorId, workspaceId: instanceLog, asOperator: true };
    const { settings, listed } = await transaction("read", scope, async (db) => ({
      settings: await rules.settingsOf(db, provider),
      listed: await shownGroups.list(db, provider),
    }));
    if (!settings) return null;
    const read = await readFrom(settings.claim, answer);
    const problem = "problem" in read ? read.problem : null;
    const groups = "groups" in read ? read.groups : new Set<string>();
    const rulesFor = listed.filter(({ group }) => groups.has(group)).slice(0, 100);
    return {
      ...{ claim: settings.claim, problem, isMissingNone: settings.isMissingNone, groups: groups.size },
      rules: rulesFor.map(({ group, role, workspace, slug, acceptedAt }) => ({
        ...{ group, role, workspace, slug, isInForce: acceptedAt !== null },
      })),
    };
  },
};

async function readFrom(claim: string, { claims, askMore }: ProviderAnswer) {
  const read = readGroups(claim, [claims]);
  if (!("problem" in read) || read.problem !== "missing") return read;
  return readGroups(claim, [claims, await askMore()]);
}
