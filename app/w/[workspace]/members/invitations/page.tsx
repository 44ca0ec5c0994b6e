import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import {
  chosenOf,
  type ListQuery,
  listInput,
  orderOf,
  pagerOf,
  partsOf,
  placeOf,
  type QueryValue,
  readDialog,
  single,
  withQuery,
} from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { SelectionDialog } from "@/app/_ui/selection-dialog";
import { whoMay } from "@/app/w/[workspace]/_shared/permission";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { mostTogether } from "@/server/api/input";
import { api } from "@/server/composition/caller";
import { invitationSorts } from "@/server/joining/invitations/input";
import { PendingInvitations } from "../_invitations/pending-invitations";
import { changeInvitations } from "../actions";
import { MembersHead, waitingHere } from "../head";

export const metadata: Metadata = { title: "Invitations" };

const news = new Map(Object.entries({ revoked: "Invitation revoked." }));

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<ListQuery & { dialog?: string; done?: string; chosen?: QueryValue }>;
};

export default async function Invitations({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { members, invitations } = await api();
  const [workspace] = await Promise.all([workspaceHere(slug), waitingHere(slug)]);
  const mayInvite = workspace.permissions.includes("member:invite") && workspace.kind === "organization";
  const sort = invitationSorts.find((each) => each === query.sort) ?? "newest";
  const [admins, page] = await Promise.all([
    mayInvite ? [] : members.admins({ workspace: slug }),
    mayInvite ? invitations.list({ workspace: slug, ...listInput(query), sort, ...orderOf(query) }) : null,
  ]);
  const { dialog } = readDialog(single(query.dialog));
  const here = `/w/${slug}/members/invitations`;
  const kept = partsOf(query, ["q", "sort", "order"]);
  const list = withQuery(here, { ...kept, ...placeOf(query), ...partsOf(query, ["page"]) });
  // No more than can be changed together.
  const chosen = chosenOf(page?.rows ?? [], query.chosen, ({ id }) => id).slice(0, mostTogether);
  return (
    <>
      <Flash news={news} done={single(query.done)} />
      <MembersHead workspace={workspace} current="Invitations" here={here} dialog={dialog} admins={admins} />
      {page ? (
        <>
          <PendingInvitations
            rows={page.rows}
            total={page.total}
            slug={slug}
            here={list}
            search={query.q}
            sorting={{ path: here, kept, sort, otherwise: "newest", ...orderOf(query) }}
            pager={<Pager {...pagerOf(here, kept, page, query, { total: query.q ? undefined : page.total })} />}
          />
          {query.chosen && (dialog === "resend" || dialog === "revoke") && (
            <SelectionDialog
              id={`${dialog}-many`}
              title={`${dialog === "resend" ? "Resend" : "Revoke"} the selected invitations?`}
              description={
                dialog === "resend"
                  ? "Each address gets a new link, for another 7 days. The earlier links no longer work."
                  : "The links in their e-mails no longer work."
              }
              closeHref={list}
              rows={chosen.map(({ id, email }) => ({ id, name: email }))}
              name="invitationIds"
              action={changeInvitations}
              fields={{ workspace: slug, change: dialog }}
              submitLabel={dialog === "resend" ? "Resend" : "Revoke"}
              pendingLabel="Working…"
              variant={dialog === "resend" ? "primary" : "danger"}
            />
          )}
        </>
      ) : (
        <Card>
          <EmptyState title="No invitations to see">
            {workspace.kind === "personal" ? "A personal workspace has one member." : whoMay("member:invite", admins)}
          </EmptyState>
        </Card>
      )}
    </>
  );
}
