import { type Context, Hono } from "hono";
import { transaction } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { can } from "@/server/access/permissions";
import { Refusal as Refused } from "@/server/api/refusals";
import * as membership from "@/server/membership/queries";
import { allowanceOf } from "@/server/model-servers/allowances/allowances";
import { findModel } from "@/server/model-servers/catalogue";
import * as changes from "@/server/models/changes";
import { updateModel } from "@/server/models/input";
import { ownCard } from "@/server/models/own-cards";
import * as models from "@/server/models/queries";
import { noSuchModel, ownModel } from "../door/allowed-models";
import { type Bearer, frontHeader, type GatewayEnv, needs } from "../door/authenticate";
import { noteFootprint } from "../door/key-uses";
import { readJsonOf } from "../door/read-json";
import { invalid, Refusal } from "../errors/errors";

/** What a program changes of a workspace's own models, for a key with the scope `fine-tuning`. */
export const ownModels = new Hono<GatewayEnv>();

const archiving = /\/archive$/;

ownModels.delete("/v1/models/:id{.+}", needs("fine-tuning"), async (c) => {
  const id = c.req.param("id");
  await changeOwn(c, id, (change, model) => changes.remove(change, model));
  return c.json({ id, object: "model", deleted: true });
});

ownModels.patch("/v1/fine_tuning/models/:id{.+}", needs("fine-tuning"), async (c) => {
  const id = c.req.param("id");
  const asked = readChanges(id, await readJsonOf(c, "fine-tuning"));
  const changed = await changeOwn(c, id, (change, model) => changes.update(change, model, asked));
  const { archivedAt, lineage, jobId } = changed;
  const model = {
    ...changed,
    isShared: false,
    isArchived: archivedAt !== null,
    jobId: jobId ?? lineage?.jobId ?? null,
  };
  const { workspaceId } = c.get("bearer");
  const card = ownCard(model, workspaceId, await allowanceOf(workspaceId));
  const { type: _, ...shown } = card;
  return c.json({ ...shown, workspace_id: card.owned_by, root_version: "", model_type: "completion" });
});

ownModels.on(["POST", "DELETE"], "/v1/fine_tuning/models/:rest{.+}", needs("fine-tuning"), async (c) => {
  const rest = c.req.param("rest") ?? "";
  if (!archiving.test(rest)) return c.notFound();
  const id = rest.replace(archiving, "");
  const isArchived = c.req.method === "POST";
  await changeOwn(c, id, (change, model) => changes.setArchived(change, model, isArchived));
  return c.json({ id, object: "model", archived: isArchived });
});

type Run<T> = (change: changes.Change, model: models.OwnModel) => Promise<T>;

/**
 * Runs a change of a model of the workspace's own, held, in one transaction. Refuses with 404 what is not there or not for
 * this key, with 403 a base model, another workspace's, and what the key's person may not change.
 */
async function changeOwn<T>(c: Context<GatewayEnv>, id: string, run: Run<T>): Promise<T> {
  const bearer = c.get("bearer");
  const known = await ownModel(id, bearer);
  if (!known)
    throw (await findModel(id, bearer.workspaceId))
      ? notYours(`${id.slice(0, 100)} is a base model.`)
      : noSuchModel(id);
  if (bearer.models !== null && !listsModel(bearer.models, id)) throw notYours("This key may not use the model.");
  noteFootprint(bearer, "model", id);
  if (known.isShared) throw notYours("The model belongs to another workspace, which shares it.");
  const { workspaceId, keyId, memberId } = bearer;
  const scope = memberId === null ? { workspaceId } : { workspaceId, userId: memberId };
  return transaction("write", scope, async (db) => {
    // What was remembered may be a moment old: the row decides.
    const model = await models.hold(db, workspaceId, id);
    if (!model) throw noSuchModel(id);
    const member = memberId === null ? undefined : await membership.find(db, workspaceId, memberId);
    if (!mayChange(bearer, member?.role, model)) throw notYours("This key's owner may not change the model.");
    const origin = {
      requestId: frontHeader(c.env.incoming, "x-request-id") ?? "",
      ip: frontHeader(c.env.incoming, "x-client-address") ?? null,
      userAgent: c.req.header("user-agent")?.slice(0, 400) ?? null,
    };
    const person = memberId === null ? null : { id: memberId };
    const isAdmin = member !== undefined && can(member.role, "model:manage");
    return run({ db, workspaceId, actor: { person, origin }, isAdmin, keyId }, model);
  }).catch((error: { cause?: unknown }) => {
    throw error.cause instanceof Refused ? notYours(error.cause.message) : error;
  });
}

type Maker = Pick<models.OwnModel, "createdBy" | "keyId">;

/** Checks whether a key may change a model. A key has its owner's rights; a service key may change what was made with it. */
function mayChange({ keyId, memberId }: Bearer, role: Parameters<typeof can>[0] | undefined, model: Maker): boolean {
  if (memberId === null) return model.keyId === keyId;
  if (role === undefined) return false;
  return can(role, "model:manage") || (can(role, "model:fine-tune") && model.createdBy === memberId);
}

function readChanges(id: string, { name, description }: Record<string, unknown>) {
  const parsed = updateModel.safeParse({
    modelId: id,
    ...(name === undefined || name === null ? {} : { name }),
    ...(description === undefined ? {} : { description: description ?? "" }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.path[0] === "modelId") throw noSuchModel(id);
  throw invalid(String(issue?.path[0] ?? "body"), issue?.message ?? "The change cannot be read.");
}

function notYours(message: string): Refusal {
  return new Refusal({ status: 403, message, type: "permission_error", code: "model_not_changeable", param: "model" });
}
