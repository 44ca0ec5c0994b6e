import { owner } from "./database";
import { type World, world } from "./procedures";

/** What has to be so before there is something to change. */
const prepared: Record<string, (world: World) => Promise<unknown>> = {
  "account.unlink": ({ caller }) => owner`
    insert into accounts (user_id, type, provider, provider_account_id) values (${caller.person.id}, 'oauth', 'github', ${caller.person.id})`,
  "billing.removeLimit": ({ caller, workspace: { slug } }) =>
    caller.api.billing.setLimit({ workspace: slug, limit: "1" }),
  "billing.removeMemberLimit": ({ caller, ids: { workspace, userId } }) =>
    caller.api.billing.setMemberLimit({ workspace, userId, limit: "1" }),
  "inviteLinks.ask": ({ invited }) => owner`delete from join_requests where user_id = ${invited.person.id}`,
  "joining.askAtPage": ({ invited }) => owner`delete from join_requests where user_id = ${invited.person.id}`,
  "joining.askByDomain": ({ invited, ids }) => owner`
    with asked as (delete from join_requests where user_id = ${invited.person.id})
    update domains set mode = 'request' where id = ${ids.domainId}`,
  "keys.enable": ({ caller, ids: { workspace, keyId } }) => caller.api.keys.disable({ workspace, keyId }),
  "keys.restore": ({ caller, ids: { workspace, keyId } }) => caller.api.keys.revoke({ workspace, keyId }),
  "workspaces.restore": async ({ caller, workspace: { slug, id } }) => {
    const [row] = await owner`select name from workspaces where id = ${id}`;
    await caller.api.workspaces.remove({ workspace: slug, confirmation: row?.name });
  },
  "models.restore": ({ caller, ids: { workspace, modelId } }) => caller.api.models.archive({ workspace, modelId }),
};

/** Returns a world in which this procedure has something to change. */
export async function readyFor(path: string): Promise<World> {
  const here = await world();
  await prepared[path]?.(here);
  return here;
}
