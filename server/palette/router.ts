import type { Db } from "@/db/client";
import { can, type Permission, type Role } from "@/server/access/permissions";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as modelList from "@/server/models/list/queries";
import * as workspaces from "@/server/workspaces/queries";
import { type Found, type FoundGroup, type Kind, kinds, mostOfAKind, searchPalette } from "./input";
import { findActions, findPages } from "./places";
import * as palette from "./queries";

export const paletteRouter = t.router({
  /**
   * Returns the results for the typed text, at most `mostOfAKind` of each kind and only what the role allows. For an
   * empty text: the pages, the actions, and the workspaces visited last.
   */
  search: workspaceProcedure("workspace:read", searchPalette).query(async ({ ctx, input: { search } }) => {
    const { slug, kind, role } = ctx.workspace;
    const may = (permission: Permission) => can(role, permission);
    const asked: Asked = { db: ctx.db, personId: ctx.person.id, ...ctx.workspace, search };
    const where = { slug, kind, may };
    const found: Record<Kind, Found[]> = {
      page: findPages(search, where),
      action: findActions(search, where),
      ...(await inDatabase(asked, may)),
    };
    const groups: FoundGroup[] = [];
    for (const each of Object.keys(kinds) as Kind[]) {
      // There are few pages, so all are shown. The other kinds are cut; typing more narrows them.
      const rows = each === "page" ? found[each] : found[each].slice(0, mostOfAKind);
      if (rows.length > 0) groups.push({ kind: each, label: kinds[each], rows });
    }
    return { groups };
  }),
});

type Asked = { db: Db; personId: string; workspaceId: string; slug: string; role: Role; search: string };

async function inDatabase(asked: Asked, may: (permission: Permission) => boolean) {
  const isTyped = asked.search !== "";
  const [workspace, member, key, model] = await Promise.all([
    findWorkspaces(asked),
    isTyped && may("member:read") ? findMembers(asked) : [],
    isTyped ? findKeys(asked) : [],
    isTyped && may("model:read") ? findModels(asked) : [],
  ]);
  return { workspace, member, key, model };
}

async function findWorkspaces({ db, personId, slug: here, search }: Asked): Promise<Found[]> {
  const { rows } = search
    ? await workspaces.listMine(db, personId, { search })
    : await workspaces.listRecent(db, personId, mostOfAKind + 1);
  return rows
    .filter(({ slug }) => slug !== here)
    .map(({ slug, name }) => ({ id: slug, label: name, detail: slug, href: `/w/${slug}` }));
}

async function findMembers({ db, workspaceId, slug, search }: Asked): Promise<Found[]> {
  const rows = await palette.members(db, workspaceId, search);
  return rows.map(({ userId, name, email }) => ({
    id: userId,
    label: name || email,
    detail: email,
    href: `/w/${slug}/members?${new URLSearchParams({ q: email || name })}`,
  }));
}

async function findKeys({ db, workspaceId, slug, search }: Asked): Promise<Found[]> {
  const rows = await palette.keys(db, workspaceId, search);
  return rows.map(({ id, name, lastFour }) => ({
    id,
    label: name,
    detail: `atl_${id}_…${lastFour}`,
    href: `/w/${slug}/keys?q=atl_${id}`,
  }));
}

async function findModels({ db, workspaceId, personId, role, slug, search }: Asked): Promise<Found[]> {
  const reader = { personId, seesAll: can(role, "model:manage") };
  const { rows } = await modelList.list(db, workspaceId, reader, {
    search,
    kind: "",
    state: "",
    sort: "newest",
    order: "",
  });
  return rows.slice(0, mostOfAKind).map(({ id, name }) => ({
    id,
    label: name || id,
    detail: id,
    href: `/w/${slug}/models/view/${id.split("/").map(encodeURIComponent).join("/")}`,
  }));
}
