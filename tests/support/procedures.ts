import { randomBytes, randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Role } from "@/server/access/permissions";
import { appRouter } from "@/server/api/router";
import { type Access, refusalOf } from "@/server/api/trpc";
import { hashToken } from "@/server/invitations/token";
import { owner } from "./database";
import { type Caller, memberOf, type Signed, somebody, type TestWorkspace, workspace } from "./people";

/** A procedure as the router holds it. `shape` has a schema for each field of its input. */
export type Procedure = {
  path: string;
  type: "query" | "mutation";
  access: Access | undefined;
  shape: Record<string, z.ZodType>;
};

/** Every procedure there is. */
export function procedures(): Procedure[] {
  return Object.entries(appRouter._def.procedures as Record<string, unknown>).map(([path, procedure]) => {
    const { type, meta, inputs } = (procedure as { _def: unknown })._def as {
      type: "query" | "mutation";
      meta?: { access?: Access };
      inputs: { shape?: Record<string, z.ZodType> }[];
    };
    return { path, type, access: meta?.access, shape: Object.assign({}, ...inputs.map((input) => input.shape ?? {})) };
  });
}

/** The procedures inside a workspace: those that ask for a permission. */
export function workspaceProcedures(): Procedure[] {
  return procedures().filter(({ access }) => access !== "public" && access !== "signed-in");
}

/** A workspace in which every procedure has something to work on, and somebody who calls them. */
export type World = {
  workspace: TestWorkspace;
  caller: Signed;
  /** What an input can name, as a field's value: each belongs to this workspace, or is only open to its invited. */
  ids: { workspace: string; userId: string; invitationId: string; keyId: string; token: string };
  /** Whom the pending invitation is for. */
  invited: Signed;
};

/** Makes a world. The caller has a key there, whatever their role is now, and the invitation is by another Admin. */
export async function world(role: Role = "admin"): Promise<World> {
  const made = await workspace();
  const [caller, bystander, invited] = await Promise.all([memberOf(made, role), memberOf(made, "viewer"), somebody()]);
  const keyId = randomBytes(6).toString("hex");
  await owner`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    values (${made.id}, ${keyId}, 'A key', ${randomBytes(32)}, 1, 'abcd', ${caller.person.id})`;
  const token = randomBytes(32).toString("base64url");
  const [invitation] = await owner`
    insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
    values (${made.id}, ${invited.person.email}, 'viewer', ${hashToken(token)}, ${made.admin.person.id}, now() + interval '1 day')
    returning id`;
  const ids = { workspace: made.slug, userId: bystander.person.id, invitationId: invitation?.id, keyId, token };
  return { workspace: made, caller, ids, invited };
}

/** Ids in the form of a world's own that name nothing at all. */
export function nothingsIds(): World["ids"] {
  return {
    workspace: `nothing-${randomBytes(4).toString("hex")}`,
    userId: randomUUID(),
    invitationId: randomUUID(),
    keyId: randomBytes(6).toString("hex"),
    token: randomBytes(32).toString("base64url"),
  };
}

type Input = Record<string, unknown>;

const inWorkspace = ({ ids: { workspace } }: World) => ({ workspace });

/** For each procedure an input that succeeds in a world when its caller may. A missing one fails the tests that walk. */
const inputs: Record<string, (world: World) => Input | undefined> = {
  "account.get": () => undefined,
  "account.menu": () => undefined,
  "account.update": () => ({ name: "Ada Lovelace" }),
  "account.sessions": () => undefined,
  "account.endOtherSessions": () => undefined,
  "account.deletionPlan": () => undefined,
  "account.remove": ({ caller }) => ({ confirmation: caller.person.email }),
  "invitations.create": ({ ids: { workspace } }) => ({ workspace, emails: "somebody@else.example", role: "viewer" }),
  "invitations.list": inWorkspace,
  "invitations.resend": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.copyLink": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.revoke": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.get": ({ ids: { token } }) => ({ token }),
  "invitations.mine": () => undefined,
  "invitations.accept": ({ ids: { token } }) => ({ token }),
  "invitations.acceptMine": ({ ids: { invitationId } }) => ({ invitationId }),
  "invitations.decline": ({ ids: { token } }) => ({ token }),
  "invitations.declineMine": ({ ids: { invitationId } }) => ({ invitationId }),
  "keys.list": inWorkspace,
  "keys.create": ({ ids: { workspace } }) => ({ workspace, name: "Production", expiration: "30" }),
  "keys.revoke": ({ ids: { workspace, keyId } }) => ({ workspace, keyId }),
  "mailbox.isOpen": () => undefined,
  "mailbox.list": () => undefined,
  "mailbox.get": () => ({ id: "some-mail" }),
  "members.list": inWorkspace,
  "members.admins": inWorkspace,
  "members.changeRole": ({ ids: { workspace, userId } }) => ({ workspace, userId, role: "developer" }),
  "members.remove": ({ ids: { workspace, userId } }) => ({ workspace, userId }),
  "members.leave": inWorkspace,
  "workspaces.get": inWorkspace,
  "workspaces.summary": inWorkspace,
  "workspaces.endpoint": inWorkspace,
  "workspaces.list": () => ({}),
  "workspaces.recent": () => undefined,
  "workspaces.create": () => ({ name: "Acme", kind: "organization", creationKey: randomUUID() }),
  "workspaces.touch": inWorkspace,
};

/** An input that is valid in a world. Throws for a procedure that has none here yet. */
export function inputFor(path: string, world: World): Input | undefined {
  const make = inputs[path];
  if (!make) throw new Error(`tests/support/procedures.ts has no input for ${path}`);
  return make(world);
}

/** What a call came to, as far as its caller can tell. */
export type Outcome = { reason: string; code: string; message: string } | { value: unknown };

/** Calls a procedure by its path. */
export async function call(api: Caller, path: string, input: unknown): Promise<Outcome> {
  const procedure = path
    .split(".")
    .reduce((at, name) => at[name] as never, api as unknown as Record<string, (input: unknown) => Promise<unknown>>);
  try {
    return { value: await (procedure as unknown as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    const { reason, message } = refusalOf(error as { code?: string; cause?: unknown });
    return { reason, code: (error as { code?: string }).code ?? "", message };
  }
}
