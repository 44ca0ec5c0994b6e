import type { Metadata } from "next";
import { Button, buttonClass, LinkButton } from "@/app/_ui/button";
import { CalmPage } from "@/app/_ui/calm-page";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { safePath } from "@/server/auth/callback-url";
import { session } from "@/server/auth/session";
import { instanceName } from "@/server/composition/appearance";
import { logOut } from "../_sign-out/log-out";

export const metadata: Metadata = { title: "Page not found" };

type Query = Promise<{ from?: string | string[] }>;

/**
 * Shows status 404 at an address where there is nothing that the person may see. The answer is the same for a workspace that does
 * not exist and for one of which the person is not a member: the page knows only the address and who is signed in.
 */
export default async function Missing({ searchParams }: { searchParams: Query }) {
  const { from } = await searchParams;
  const path = safePath(from);
  const person = await session();
  const isWorkspace = path.startsWith("/w/");
  const isJoinPage = path.startsWith("/join/");
  const signIn = `/sign-in?callbackUrl=${encodeURIComponent(path)}`;
  return (
    <CalmPage
      code="404"
      title="There is nothing here"
      action={
        person ? (
          <>
            <LinkButton href="/" variant="primary">
              Go to your workspace
            </LinkButton>
            <form action={logOut}>
              <HiddenFields values={{ callbackUrl: path }} />
              <Button type="submit">Switch account</Button>
            </form>
            {isWorkspace && (
              // The link depends only on the address, because this page cannot know whether the target exists. It is a plain
              // link, because after a navigation within the browser Next.js would still show the page that was not found.
              <a href={`/join/${slugOf(path)}`} className={buttonClass({})}>
                Ask to join
              </a>
            )}
            {(isWorkspace || isJoinPage) && (
              <>
                <a href={invitationRequest(person.email, path)} className={buttonClass({})}>
                  Ask for an invitation
                </a>
                <LinkButton href="/welcome">Create or join workspace</LinkButton>
              </>
            )}
          </>
        ) : (
          <LinkButton href={signIn} variant="primary">
            Sign in
          </LinkButton>
        )
      }
    >
      <p>
        {isWorkspace
          ? "This page does not exist, or it belongs to a workspace that you are not a member of."
          : isJoinPage
            ? "No workspace accepts requests to join at this address. An Admin can invite you."
            : "The address may be mistyped, the page may have been deleted, or you may not have access to it."}
      </p>
      {person && (
        <p className="mt-3">
          You are signed in as <strong className="wrap-anywhere font-medium text-ink">{person.email}</strong>.
          {isWorkspace &&
            " If you use another address there, switch account. If the workspace accepts requests, ask to join; otherwise ask an Admin to invite this address."}
        </p>
      )}
    </CalmPage>
  );
}

/** Returns a mail without a recipient: only the person knows whom to ask. */
function invitationRequest(email: string, path: string): string {
  const slug = slugOf(path);
  const subject = `Invitation to a workspace on ${instanceName()}`;
  const body = `Please invite ${email} to the workspace “${slug}” on ${instanceName()}.`;
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}

const slugOf = (path: string) => path.split(/[/?#]/)[2] ?? "";
