import type { Db } from "@/db/client";
import { type Role, roleText } from "@/server/access/permissions";
import type { Person } from "@/server/api/context";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as personRow from "@/server/membership/person/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";

/** A member who changed something, inside the workspace of the change. */
export type Doer = { db: Db; person: Pick<Person, "id" | "name" | "email"> };
type Where = { workspaceId: string; slug: string; name: string };

/** Mails the inviter that the invitation was accepted, if they are still a member and want this mail. */
export async function tellInviter({ db, person }: Doer, where: Where, invitedBy: string, role: Role): Promise<void> {
  const to = await membership.address(db, where.workspaceId, invitedBy);
  if (to)
    await mail.enqueueOptional(db, { to, template: "invitation-accepted", props: newMember(person, where, role) });
}

/** Mails the Admins that a person joined without an invitation. When many join, only the first ones are mailed. */
export async function tellOfJoin(
  { db, person }: Doer,
  workspaceId: string,
  role: Role,
  way: "domain" | "link" | "group",
): Promise<void> {
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace || (await take(db, limits.joinMailPerWorkspace, workspaceId)) > 0) return;
  const props = { ...newMember(person, { ...workspace, workspaceId }, role), way };
  for (const to of await membership.adminAddresses(db, workspaceId))
    await mail.enqueueOptional(db, { to, template: "member-joined", props });
}

/**
 * Mails the Admins that a member's groups changed their role or, with `to` null, ended their membership. The member,
 * who has just signed in, is not mailed, even if they are an Admin. When many change, only the first ones are mailed.
 */
export async function tellOfGroup(
  db: Db,
  workspaceId: string,
  userId: string,
  { from, to: role }: { from: Role; to: Role | null },
): Promise<void> {
  const workspace = await liveWorkspace.find(db, workspaceId);
  if (!workspace || (await take(db, limits.groupMailPerWorkspace, workspaceId)) > 0) return;
  const person = await personRow.named(db, userId);
  const props = {
    url: link(`/w/${workspace.slug}/members`),
    ...{ personName: person?.name ?? "", personEmail: person?.email ?? "", workspaceName: workspace.name },
    ...{ from: roleText[from].name, to: role && roleText[role].name },
    origin: linkOrigin(),
  };
  for (const to of await membership.adminAddresses(db, workspaceId))
    if (to !== person?.email) await mail.enqueueOptional(db, { to, template: "member-by-group", props });
}

/**
 * Mails the Admins that a person asks to join, or asks for another role. Repeated requests of one person are mailed
 * only once a day.
 */
export async function tellOfRequest(
  { db, person }: Doer,
  { workspaceId, slug, name }: Where,
  asked: Role | null,
): Promise<void> {
  const subject = `${asked === null ? "" : "role "}${workspaceId} ${person.id}`;
  if ((await take(db, limits.requestMailPerWorkspaceAndPerson, subject)) > 0) return;
  const props = {
    url: link(`/w/${slug}/members/requests`),
    personName: person.name,
    personEmail: person.email,
    workspaceName: name,
    origin: linkOrigin(),
  };
  for (const to of await membership.adminAddresses(db, workspaceId)) {
    if (asked === null) await mail.enqueueOptional(db, { to, template: "join-request", props });
    else
      await mail.enqueueOptional(db, { to, template: "role-request", props: { ...props, role: roleText[asked].name } });
  }
}

/** Mails a member that another member has changed their role. */
export async function tellOfRole(
  { db, person }: Doer,
  { workspaceId, slug, name }: Where,
  userId: string,
  { from, to: role }: { from: Role; to: Role },
): Promise<void> {
  const to = userId === person.id ? undefined : await membership.address(db, workspaceId, userId);
  if (!to) return;
  await mail.enqueueOptional(db, {
    to,
    template: "role-changed",
    props: {
      url: link(`/w/${slug}`),
      byName: person.name,
      byEmail: person.email,
      workspaceName: name,
      from: roleText[from].name,
      to: roleText[role].name,
      purpose: roleText[role].purpose,
      origin: linkOrigin(),
    },
  });
}

/** Mails a member that another member ends their membership. Call it while they are still a member. */
export async function tellOfRemoval(
  { db, person }: Doer,
  { workspaceId, name }: Pick<Where, "workspaceId" | "name">,
  userId: string,
): Promise<void> {
  const to = userId === person.id ? undefined : await membership.address(db, workspaceId, userId);
  if (!to) return;
  await mail.enqueue(db, {
    to,
    template: "member-removed",
    props: {
      url: link("/"),
      byName: person.name,
      byEmail: person.email,
      workspaceName: name,
      recipient: to,
      origin: linkOrigin(),
    },
  });
}

type LeftKeys = Record<"kept" | "revoked", { name: string }[]>;

const mostNamed = 10;

/**
 * Mails the Admins, except the one who acted, what was done with the keys of a departing member. Sends nothing if there
 * were no keys.
 */
export async function tellOfKeys(
  { db, person }: { db: Db; person: { id: string } | null },
  workspaceId: string,
  userId: string,
  { kept, revoked }: LeftKeys,
): Promise<void> {
  const workspace = kept.length + revoked.length > 0 ? await liveWorkspace.find(db, workspaceId) : undefined;
  if (!workspace) return;
  const [leaver, doer] = await Promise.all([
    personRow.named(db, userId),
    person && membership.address(db, workspaceId, person.id),
  ]);
  const names = (keys: { name: string }[]) => keys.slice(0, mostNamed).map(({ name }) => name);
  for (const to of await membership.adminAddresses(db, workspaceId)) {
    if (to === doer || to === leaver?.email) continue;
    await mail.enqueue(db, {
      to,
      template: "keys-left",
      props: {
        url: link(`/w/${workspace.slug}/keys`),
        workspaceName: workspace.name,
        personName: leaver?.name ?? "",
        personEmail: leaver?.email ?? "",
        ...{ revoked: names(revoked), revokedTotal: revoked.length, kept: names(kept), keptTotal: kept.length },
        origin: linkOrigin(),
      },
    });
  }
}

function newMember(person: Doer["person"], { slug, name }: Where, role: Role) {
  return {
    url: link(`/w/${slug}/members`),
    personName: person.name,
    personEmail: person.email,
    workspaceName: name,
    role: roleText[role].name,
    origin: linkOrigin(),
  };
}
