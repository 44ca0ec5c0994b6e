import type { Metadata } from "next";
import { Or, Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Flash } from "@/app/_ui/flash";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { roleText } from "@/server/access/permissions";
import { instanceName } from "@/server/composition/appearance";
import { api } from "@/server/composition/caller";
import { acceptMine, askByDomain, askForSeat, declineMine, joinByDomain, withdrawRequest } from "../_shared/actions";
import { Corner } from "../_shared/corner";
import { WayIn } from "../_shared/way-in";

export const metadata: Metadata = { title: "Welcome" };

const news = new Map(
  Object.entries({
    declined: "You declined the invitation.",
    withdrawn: "You withdrew your request.",
  }),
);

export default async function Welcome({ searchParams }: { searchParams: Promise<{ done?: string; after?: string }> }) {
  const { done = "", after } = await searchParams;
  const { account, invitations, joining, workspaces } = await api();
  const [person, menu, offers, open, recent] = await Promise.all([
    account.get(),
    account.menu(),
    invitations.mine(),
    joining.open(typeof after === "string" ? { after } : {}),
    workspaces.recent(),
  ]);
  const hasWays = offers.length > 0 || open.domains.length > 0 || open.requests.length > 0;
  return (
    <Split corner={<Corner email={person.email} home={recent.rows[0]?.slug ?? null} />}>
      <Flash news={news} done={done} />
      <SplitTitle title={`Welcome to ${instanceName()}`}>Create or join a workspace to start building.</SplitTitle>
      {menu.isOperator && (
        <Notice
          role="note"
          className="mb-6"
          title="You run this instance"
          action={<LinkButton href="/instance">Instance settings</LinkButton>}
        >
          You are an operator and manage the settings for all workspaces. You also find them in the account menu.
        </Notice>
      )}
      {hasWays && (
        <>
          <ul className="flex flex-col gap-3" aria-label="Workspaces you can join">
            {offers.map((offer) => (
              <WayIn
                key={offer.id}
                title={
                  <>
                    Join workspace <strong>{offer.workspaceName}</strong>
                  </>
                }
                actions={
                  <>
                    {offer.isFull ? (
                      <Form action={askForSeat}>
                        <HiddenFields values={{ invitationId: offer.id }} />
                        <SubmitButton aria-label={`Ask ${offer.workspaceName} for a seat`} pendingLabel="Asking…">
                          Ask for a seat
                        </SubmitButton>
                      </Form>
                    ) : (
                      <Form action={acceptMine}>
                        <HiddenFields values={{ invitationId: offer.id }} />
                        <SubmitButton aria-label={`Accept invitation to ${offer.workspaceName}`}>
                          Accept invitation
                        </SubmitButton>
                      </Form>
                    )}
                    <Form action={declineMine}>
                      <HiddenFields values={{ invitationId: offer.id }} />
                      <SubmitButton variant="ghost" aria-label={`Decline invitation to ${offer.workspaceName}`}>
                        Decline
                      </SubmitButton>
                    </Form>
                  </>
                }
              >
                {offer.inviterName} invited you as {roleText[offer.role].name}
                {offer.isFull && ". Every seat is taken: an Admin can add one for you."}
              </WayIn>
            ))}
            {open.domains.map((domain) => (
              <OpenDomain key={domain.slug} {...domain} />
            ))}
            {open.isMore && (
              <li>
                <LinkButton href={`/welcome?after=${open.domains.at(-1)?.slug}`} full>
                  More workspaces
                </LinkButton>
              </li>
            )}
            {open.requests.map((request) => (
              <WayIn
                key={request.id}
                title={
                  <>
                    {request.status === "pending" ? "You asked to join " : "Declined: "}
                    <strong>{request.workspaceName}</strong>
                  </>
                }
                actions={
                  request.status === "pending" ? (
                    <Form action={withdrawRequest}>
                      <HiddenFields values={{ requestId: request.id }} />
                      <SubmitButton variant="ghost">Take back</SubmitButton>
                    </Form>
                  ) : null
                }
              >
                {request.status === "pending"
                  ? "Its Admins have been told. You get an e-mail when they answer."
                  : "An Admin declined your request to join."}
              </WayIn>
            ))}
          </ul>
          <Or />
        </>
      )}
      <LinkButton href="/welcome/create" role="button" variant={hasWays ? "secondary" : "primary"} size="lg" full>
        Create workspace
      </LinkButton>
      {!hasWays && (
        <p className="mt-6 text-pretty text-[0.8125rem] text-ink-faint">
          Joining a team? Ask one of its Admins to invite <span className="wrap-anywhere">{person.email}</span>. The
          invitation will be waiting here.
        </p>
      )}
    </Split>
  );
}

function OpenDomain({
  slug,
  workspaceName,
  domain,
  mode,
  isFull,
}: {
  slug: string;
  workspaceName: string;
  domain: string;
  mode: "join" | "request";
  isFull: boolean;
}) {
  if (mode === "join" && !isFull) {
    return (
      <WayIn
        title={
          <>
            Join workspace <strong>{workspaceName}</strong>
          </>
        }
        actions={
          <Form action={joinByDomain}>
            <HiddenFields values={{ slug }} />
            <SubmitButton aria-label={`Join workspace ${workspaceName}`} pendingLabel="Joining…">
              Join workspace
            </SubmitButton>
          </Form>
        }
      >
        Allows all {domain} emails to join.
      </WayIn>
    );
  }
  return (
    <WayIn
      title={
        <>
          Ask to join workspace <strong>{workspaceName}</strong>
        </>
      }
      actions={
        <Form action={askByDomain}>
          <HiddenFields values={{ slug }} />
          <SubmitButton aria-label={`Ask to join workspace ${workspaceName}`} pendingLabel="Asking…">
            {isFull ? "Ask for a seat" : "Ask to join"}
          </SubmitButton>
        </Form>
      }
    >
      {isFull ? "Every seat is taken: an Admin can add one for you." : `Allows all ${domain} emails to ask.`}
    </WayIn>
  );
}
