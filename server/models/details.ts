import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { type Allowance, allowanceOf } from "@/server/model-servers/allowances/allowances";
import { mayChange, maySee } from "./authority";
import { baseModel, knowServers } from "./base-models";
import * as calls from "./calls/queries";
import { lineageOf } from "./lineage/lineage";
import * as usage from "./lineage/queries";
import { describe, isServed } from "./own-cards";
import * as models from "./queries";
import * as retirement from "./retirement/queries";
import { successorFor } from "./retirement/successor";
import * as sharing from "./sharing/queries";
import { isFor } from "./visibility";

type Workspace = { workspaceId: string; role: Role };
type Asker = {
  person: { id: string };
  step<T>(kind: "read", run: (db: Db, workspace: Workspace) => Promise<T>): Promise<T>;
};

/** Returns the data of a model's page, for every kind of model; undefined: there is none that the person may see. */
export async function showModel(asker: Asker, modelId: string) {
  const asked = asker.step("read", async (db, workspace) => {
    const { workspaceId } = workspace;
    const [own, shared, usedBy, used, retirements] = await Promise.all([
      ownModel(db, workspace, asker.person.id, modelId),
      sharing.sharedWith(db, workspaceId, modelId),
      usage.usedBy(db, workspaceId, modelId),
      usage.usage(db, workspaceId, modelId),
      retirement.listAll(db, workspaceId),
    ]);
    const found = retirements.find((each) => each.modelId === modelId);
    const named = await successorFor(db, workspaceId, found?.successor ?? null);
    const successor = named(asker.person.id);
    const ends = found ? { isOver: found.isOver, retiresAt: found.retiresAt, successor } : null;
    return { workspaceId, own, shared, usedBy, used, ends };
  });
  const { workspaceId, own, shared, usedBy, used, ends } = await asked;
  const [allowance] = await Promise.all([allowanceOf(workspaceId), knowServers(workspaceId)]);
  const common = { usedBy, used, retirement: ends };
  if (own) return { kind: "own" as const, ...common, ...own, ...running(own, workspaceId, allowance) };
  if (shared) {
    const { modelServer: _server, upstream: _upstream, ...shown } = shared;
    return {
      kind: "shared" as const,
      ...common,
      ...shown,
      ...running(shared, workspaceId, allowance),
      ...notOwn,
      canUse: true,
    };
  }
  const base = await baseModel(modelId, workspaceId);
  if (!base) return undefined;
  const { capabilities, contextLength, id, name, description } = base;
  return {
    ...{ kind: "base" as const, ...common, id, name, description, capabilities, contextLength, isServed: true },
    retirement: base.retirement,
    ...{ ...notOwn, origin: null, base: null, createdAt: null, sharedBy: null, endsAt: null, canUse: true },
  };
}

const notOwn = {
  ...{
    visibility: null,
    archivedAt: null,
    maker: null,
    lineage: null,
    members: [],
    shares: [],
    keys: null,
    called: null,
  },
  ...{ mayChange: false, mayManage: false, isMine: false },
};

function running(
  model: Parameters<typeof describe>[0] & Parameters<typeof isServed>[0],
  workspaceId: string,
  allowance: Allowance,
) {
  return { ...describe(model, workspaceId, allowance), isServed: isServed(model, workspaceId) };
}

async function ownModel(db: Db, { workspaceId, role }: Workspace, personId: string, modelId: string) {
  const model = await models.find(db, workspaceId, modelId);
  if (!model) return undefined;
  const members = model.visibility === "members" ? await models.membersOf(db, workspaceId, modelId) : [];
  const memberIds = members.map(({ userId }) => userId);
  if (!maySee(role, personId, model, memberIds)) return undefined;
  const [lineage, shares, keys, called] = await Promise.all([
    lineageOf(db, workspaceId, model, personId),
    sharing.sharesOf(db, workspaceId, modelId),
    usage.keysOn(db, workspaceId, modelId),
    calls.callers(db, workspaceId, modelId),
  ]);
  const { workspaceId: _own, lineage: _earlier, createdBy, keyId: _key, jobId: _job, ...shown } = model;
  const audience = { isShared: false, visibility: model.visibility, makerId: createdBy, memberIds };
  return {
    ...shown,
    maker: lineage.maker,
    isMine: createdBy === personId,
    members,
    lineage,
    shares: shares.map(({ workspaceId: _target, ...share }) => share),
    keys,
    called,
    sharedBy: null,
    endsAt: null,
    canUse: model.archivedAt === null && isFor(personId, audience),
    mayChange: mayChange(role, personId, model),
    mayManage: can(role, "model:manage"),
  };
}
