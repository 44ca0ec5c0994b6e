import { listsModel } from "@/server/access/model-list";
import { can } from "@/server/access/permissions";
import type { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refuse } from "@/server/api/refusals";
import type * as audit from "@/server/audit/queries";
import { changeRate } from "@/server/billing/rate-limits/change-rate";
import * as rates from "@/server/billing/rate-limits/queries";
import { holdKey } from "@/server/keys/authority";
import { changeKeySettings } from "@/server/keys/change-settings";
import * as allowances from "@/server/model-servers/allowances/queries";
import { knownModel } from "@/server/model-servers/catalogue";
import { admitMember } from "@/server/models/admit-member";
import * as models from "@/server/models/queries";
import { limitOf, raiseBudget, setBudget } from "../change";
import * as budgets from "../queries";
import { permissionFor } from "./approvals";
import type * as requests from "./queries";

export type LimitRequest = NonNullable<Awaited<ReturnType<typeof requests.find>>>;

type Ctx = Parameters<typeof lockWorkspaceAndRecheckRole>[0] &
  audit.Actor & { workspace: { keyCreators: "developers" | "admins" } };

type Span = budgets.SpanLimit["span"];

/**
 * Applies a request through the normal change, with its checks and its audit row. Does nothing when the change was made
 * already or the limit no longer exists. Refuses `not_found`, `not_permitted`, `no_such_model`, and the refusals of the
 * change itself.
 *
 * @param amount the granted amount, in micro-units or per minute
 * @param until the last day of a raise of a spending limit; null: permanent
 */
export async function grant(ctx: Ctx, request: LimitRequest, amount: number, until: string | null): Promise<void> {
  if (!can(ctx.workspace.role, permissionFor(request))) throw refuse("not_permitted");
  if (request.kind === "model") return grantModel(ctx, request);
  const { workspaceId } = ctx.workspace;
  const subject = await budgets.subject(ctx.db, workspaceId, request.whose);
  if (!subject) throw refuse("not_found");
  if (request.kind === "rate") return grantRate(ctx, subject, request.measure as "requests" | "tokens", amount);
  const span = request.measure as Span;
  const now = await limitOf(ctx.db, workspaceId, subject, span);
  if (!now || now.limit === null || now.limit >= amount) return;
  if (until !== null) return raiseBudget(ctx, subject, span, { limit: amount, until });
  if (subject.kind === "key" && span === "month")
    return changeKeySettings(ctx, await holdKey(ctx, idOf(request.whose)), { monthlyLimit: amount });
  return setBudget(ctx, subject, span, amount);
}

async function grantRate(ctx: Ctx, subject: budgets.Subject, measure: "requests" | "tokens", amount: number) {
  const { workspaceId } = ctx.workspace;
  const now = (await budgets.ratesOf(ctx.db, workspaceId, subject))[measure];
  if (now === null || now >= amount) return;
  const changed = measure === "requests" ? { requestsPerMinute: amount } : { tokensPerMinute: amount };
  if (subject.kind === "key") return changeKeySettings(ctx, await holdKey(ctx, idOf(subject.of)), changed);
  const model = subject.kind === "model" ? idOf(subject.of) : "";
  const before = await rates.find(ctx.db, workspaceId, model);
  if (before) await changeRate(ctx, model, { ...before, ...changed });
}

async function grantModel(ctx: Ctx, { whose, measure: model }: LimitRequest): Promise<void> {
  if (whose.startsWith("key:")) {
    const key = await holdKey(ctx, idOf(whose));
    if (key.models === null || listsModel(key.models, model)) return;
    return changeKeySettings(ctx, key, { models: [...key.models, model] });
  }
  const { db, person, origin, workspace } = ctx;
  const held = await models.hold(db, workspace.workspaceId, model);
  if (!held) {
    // A base model needs no change: it is available to all members.
    const allowance = await allowances.find(db, workspace.workspaceId);
    if (knownModel(model, workspace.workspaceId, allowance)) return;
    throw refuse("no_such_model");
  }
  const change = { db, workspaceId: workspace.workspaceId, actor: { person, origin }, isAdmin: true };
  await admitMember(change, held, idOf(whose));
}

const idOf = (whose: string) => whose.slice(whose.indexOf(":") + 1);
