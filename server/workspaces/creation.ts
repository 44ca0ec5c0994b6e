import type { Db } from "@/db/client";
import type { Person } from "@/server/api/context";
import type { Reason } from "@/server/api/refusals";
import type { InstanceSettings } from "@/server/membership/instance/queries";
import * as instance from "@/server/membership/instance/queries";
import * as operators from "@/server/membership/operators/queries";
import * as workspaces from "./queries";

type Kind = "organization" | "personal";

/** Returns why a person may not create a workspace of each kind; null: they may. */
export async function creationRefusals(db: Db, person: Person): Promise<Record<Kind, Reason | null>> {
  const settings = await instance.settings(db);
  return {
    organization: await creationRefusal(db, person, settings, "organization", null),
    personal: await creationRefusal(db, person, settings, "personal", null),
  };
}

/**
 * Returns why the operators' settings do not let a person create a workspace; null: they may. Operators always may.
 *
 * @param madeId the workspace that they are creating, if its row already exists; it is not counted
 */
export async function creationRefusal(
  db: Db,
  { id, email, isVerified }: Person,
  settings: InstanceSettings,
  kind: Kind,
  madeId: string | null,
): Promise<Reason | null> {
  if (await operators.isOperator(db, id)) return null;
  if (kind === "personal") return settings.arePersonalAllowed ? null : "personal_closed";
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const isCreator =
    settings.workspaceCreators === "all" ||
    (settings.workspaceCreators === "domains" && isVerified && settings.creatorDomains.includes(domain));
  if (!isCreator) return "workspaces_closed";
  const { workspacesPerPerson: most } = settings;
  return most !== null && (await workspaces.countMade(db, id, madeId)) >= most ? "too_many_workspaces" : null;
}

/** Returns the default settings and limits of a new workspace of this kind. */
export function defaultsOf(settings: InstanceSettings, kind: Kind): workspaces.NewWorkspaceDefaults {
  const isPersonal = kind === "personal";
  const requestsPerMinute = isPersonal ? settings.personalRequestsPerMinute : settings.newRequestsPerMinute;
  const tokensPerMinute = isPersonal ? settings.personalTokensPerMinute : settings.newTokensPerMinute;
  return {
    columns: isPersonal
      ? {
          maximumKeyDays: settings.personalMaximumKeyDays,
          responseDays: settings.personalResponseDays,
          allowedModels: settings.personalModels,
          allowedProviders: settings.personalProviders,
          mostRequestsPerMinute: settings.personalMostRequestsPerMinute,
          mostTokensPerMinute: settings.personalMostTokensPerMinute,
          mostKeys: settings.personalMostKeys,
          mostFileBytes: bytesOf(settings.personalMostFileMegabytes),
        }
      : {
          maximumKeyDays: settings.newMaximumKeyDays,
          keyCreators: settings.newKeyCreators,
          seats: settings.newSeats,
          defaultRole: settings.newDefaultRole,
          expiredMemberKeyAction: settings.newExpiredMemberKeyAction,
          responseDays: settings.newResponseDays,
          allowedModels: settings.newModels,
          allowedProviders: settings.newProviders,
          mostRequestsPerMinute: settings.newMostRequestsPerMinute,
          mostTokensPerMinute: settings.newMostTokensPerMinute,
          mostKeys: settings.newMostKeys,
          mostMembers: settings.newMostMembers,
          mostFileBytes: bytesOf(settings.newMostFileMegabytes),
        },
    ceiling: isPersonal ? settings.personalCeiling : settings.newCeiling,
    rates: requestsPerMinute !== null || tokensPerMinute !== null ? { requestsPerMinute, tokensPerMinute } : null,
  };
}

const bytesOf = (megabytes: number | null) => (megabytes === null ? null : megabytes * 1_048_576);
