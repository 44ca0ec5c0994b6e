import type { Db } from "@/db/client";
import { type Role, roleText } from "@/server/access/permissions";
import { charge } from "@/server/api/charge";
import type { Person } from "@/server/api/context";
import type { ActionOn } from "@/server/audit/catalogue";
import * as audit from "@/server/audit/queries";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import { limits } from "@/server/platform/throttling/limits";
import * as limitQueries from "@/server/platform/throttling/queries";
import { answerLinks } from "./by-mail/link";
import * as invitations from "./queries";
import { newToken } from "./token";

/** The inviting member, and the workspace. */
export type InWorkspace = audit.Actor & { db: Db; person: Person; workspace: { workspaceId: string; name: string } };
/** An invited address with its role; `endsAt`: when the membership will end. */
type Addressed = { email: string; role: Role; endsAt?: Date | null };

/**
 * Creates an invitation, its mail and its audit row. The caller has locked the workspace and charged the mail. `until`:
 * the last day of the membership, in UTC.
 */
export async function inviteOne(ctx: InWorkspace, email: string, role: Role, until: string | null): Promise<void> {
  const { token, hash } = newToken();
  const values = { email, role, until, invitedBy: ctx.person.id, tokenHash: hash };
  const { id, expiresAt, endsAt } = await invitations.create(ctx.db, ctx.workspace.workspaceId, values);
  await Promise.all([
    mailInvitation(ctx, id, token, { email, role, expiresAt, endsAt }),
    recordInvitation(ctx, "invitation.created", id, { email, role, endsAt }),
  ]);
}

/** Charges one mail to an address to the limits that protect its owner. Refuses `too_many`. */
export async function chargeMail({ db, workspace }: InWorkspace, email: string): Promise<void> {
  await Promise.all([
    charge(db, limits.invitationMailPerWorkspaceAndAddress, `${workspace.workspaceId} ${email}`),
    charge(db, limits.invitationsPerRecipient, email),
  ]);
}

/**
 * Charges like `chargeMail`, or charges nothing and returns false when a limit is exceeded. For one of many addresses,
 * which must not stop the others.
 */
export async function takeMail({ db, workspace }: InWorkspace, email: string): Promise<boolean> {
  if ((await limitQueries.take(db, limits.invitationsPerRecipient, email)) > 0) return false;
  const whom = `${workspace.workspaceId} ${email}`;
  if ((await limitQueries.take(db, limits.invitationMailPerWorkspaceAndAddress, whom)) === 0) return true;
  await limitQueries.take(db, limits.invitationsPerRecipient, email, -1);
  return false;
}

/** Gives back what `takeMail` charged, for a mail that is not sent after all. */
export async function giveBackMail({ db, workspace }: InWorkspace, email: string): Promise<void> {
  await limitQueries.take(db, limits.invitationsPerRecipient, email, -1);
  await limitQueries.take(db, limits.invitationMailPerWorkspaceAndAddress, `${workspace.workspaceId} ${email}`, -1);
}

/** Mails an invitation's link to its address. */
export async function mailInvitation(
  ctx: InWorkspace,
  id: string,
  token: string,
  offer: Addressed & { expiresAt: Date },
): Promise<void> {
  const mailId = await mail.enqueue(ctx.db, written(ctx, id, token, offer));
  await invitations.setMail(ctx.db, ctx.workspace.workspaceId, id, mailId);
}

/**
 * Creates several invitations, each with its mail and its audit row, in as many statements as a single one needs.
 * Otherwise like `inviteOne`.
 */
export async function inviteAll(ctx: InWorkspace, rows: Addressed[]): Promise<void> {
  if (rows.length === 0) return;
  const { workspaceId } = ctx.workspace;
  const made = new Map(rows.map((row) => [row.email, { ...row, ...newToken() }]));
  const values = [...made.values()].map(({ email, role, hash }) => ({
    ...{ email, role },
    invitedBy: ctx.person.id,
    tokenHash: hash,
  }));
  const offers = (await invitations.createAll(ctx.db, workspaceId, values)).flatMap(({ id, email, expiresAt }) => {
    const one = made.get(email);
    return one ? [{ ...one, id, expiresAt }] : [];
  });
  const mailIds = await mail.enqueueAll(
    ctx.db,
    offers.map((offer) => written(ctx, offer.id, offer.token, offer)),
  );
  await Promise.all([
    invitations.setMails(
      ctx.db,
      workspaceId,
      offers.map(({ id }, at) => ({ id, mailId: mailIds[at] ?? "" })),
    ),
    audit.recordAll(
      ctx.db,
      workspaceId,
      ctx,
      offers.map((offer) => eventOf("invitation.created", offer.id, offer)),
    ),
  ]);
}

function written(ctx: InWorkspace, id: string, token: string, offer: Addressed & { expiresAt: Date }) {
  return {
    to: offer.email,
    template: "invitation",
    props: {
      url: link(`/invite/${token}`),
      ...answerLinks(ctx.workspace.workspaceId, id),
      inviterName: ctx.person.name,
      inviterEmail: ctx.person.email,
      workspaceName: ctx.workspace.name,
      role: roleText[offer.role].name,
      roleDescription: roleText[offer.role].purpose,
      expiresAt: offer.expiresAt.toISOString(),
      endsAt: offer.endsAt?.toISOString() ?? null,
      recipient: offer.email,
      origin: linkOrigin(),
    },
  } as const;
}

/** Records an action on an invitation. */
export function recordInvitation(
  ctx: InWorkspace,
  action: ActionOn<"invitation">,
  id: string,
  offer: Addressed,
): Promise<void> {
  return audit.record(ctx.db, ctx.workspace.workspaceId, ctx, eventOf(action, id, offer));
}

/**
 * Returns the audit event of an invitation. It does not contain the address, which is only in the invitation, so that
 * nothing in the log has to be erased with a person.
 */
function eventOf(
  action: ActionOn<"invitation">,
  id: string,
  { role, endsAt }: Addressed,
): audit.AuditEvent<ActionOn<"invitation">> {
  return { action, target: { type: "invitation", id }, after: { role, ...(endsAt ? { endsAt } : {}) } };
}
