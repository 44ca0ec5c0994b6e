import { Building2 } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/api/caller";
import { acceptMine, declineMine } from "../actions";
import { Corner } from "../corner";
import { Or, Split, SplitTitle } from "../split";

export const metadata: Metadata = { title: "Welcome" };

export default async function Welcome() {
  const { account, invitations, workspaces } = await api();
  const [person, offers, recent] = await Promise.all([account.get(), invitations.mine(), workspaces.recent()]);
  return (
    <Split corner={<Corner email={person.email} home={recent.rows[0]?.slug ?? null} />}>
      <SplitTitle title="Welcome to Atelier">Create or join a workspace to start building.</SplitTitle>
      {offers.length > 0 && (
        <>
          <ul className="flex flex-col gap-3" aria-label="Invitations">
            {offers.map((offer) => (
              <li key={offer.id} className="rounded-xl border border-hairline bg-surface p-4 shadow-card">
                <div className="flex items-start gap-3.5">
                  <span
                    aria-hidden="true"
                    className="grid size-11 shrink-0 place-items-center rounded-lg border border-hairline text-accent"
                  >
                    <Building2 className="size-5" strokeWidth={1.6} />
                  </span>
                  <div className="min-w-0 flex-1">
                    <p className="wrap-anywhere text-[0.9375rem]">
                      Join workspace <strong>{offer.workspaceName}</strong>
                    </p>
                    <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">
                      {offer.inviterName} invited you as {roleText[offer.role].name}
                    </p>
                  </div>
                </div>
                <div className="mt-4 flex flex-wrap gap-2">
                  <Form action={acceptMine}>
                    <input type="hidden" name="invitationId" value={offer.id} />
                    <SubmitButton aria-label={`Accept invitation to ${offer.workspaceName}`}>
                      Accept invitation
                    </SubmitButton>
                  </Form>
                  <Form action={declineMine}>
                    <input type="hidden" name="invitationId" value={offer.id} />
                    <SubmitButton variant="ghost" aria-label={`Decline invitation to ${offer.workspaceName}`}>
                      Decline
                    </SubmitButton>
                  </Form>
                </div>
              </li>
            ))}
          </ul>
          <Or />
        </>
      )}
      <LinkButton
        href="/welcome/create"
        role="button"
        variant={offers.length > 0 ? "secondary" : "primary"}
        size="lg"
        full
      >
        Create workspace
      </LinkButton>
      {offers.length === 0 && (
        <p className="mt-6 text-pretty text-[0.8125rem] text-ink-faint">
          Joining a team? Ask one of its Admins to invite <span className="break-all">{person.email}</span>. The
          invitation will be waiting here.
        </p>
      )}
    </Split>
  );
}
