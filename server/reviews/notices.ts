import type { Db } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as membership from "@/server/membership/queries";
import type { Affected } from "./items/queries";
import type { Review } from "./queries";

type Where = { workspaceId: string; slug: string; name: string };

/** Mails the Admins that a review has started, is about to end, or has ended. */
export async function tellAdmins(
  db: Db,
  { workspaceId, slug, name }: Where,
  review: Review,
  stage: "started" | "ending" | "closed",
  disabled = 0,
): Promise<void> {
  for (const to of await membership.adminAddresses(db, workspaceId))
    await mail.enqueueOptional(db, {
      to,
      template: "access-review",
      props: {
        url: link(`/w/${slug}/members/reviews/${review.id}`),
        workspaceName: name,
        ...{ stage, members: review.members, keys: review.keys, undecided: review.undecided, disabled },
        dueAt: review.dueAt.toISOString(),
        origin: linkOrigin(),
      },
    });
}

/** Mails a member whose membership or keys a review will disable unless an Admin confirms them. */
export async function warn(db: Db, { workspaceId, slug, name }: Where, dueAt: Date, person: Affected): Promise<void> {
  const to = await membership.address(db, workspaceId, person.userId);
  if (!to) return;
  await mail.enqueue(db, {
    to,
    template: "access-review-warning",
    props: {
      url: link(person.isMember ? `/w/${slug}` : `/w/${slug}/keys`),
      workspaceName: name,
      ...{ isMember: person.isMember, keyNames: person.names, keys: person.keys },
      dueAt: dueAt.toISOString(),
      origin: linkOrigin(),
    },
  });
}
