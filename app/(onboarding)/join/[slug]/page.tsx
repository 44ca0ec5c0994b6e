import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { askAtPage } from "@/app/(onboarding)/_shared/actions";
import { Corner } from "@/app/(onboarding)/_shared/corner";
import { instanceName } from "@/server/composition/appearance";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Ask to join" };

/** Draws a workspace's join page, where people without an invitation can ask to join if its Admins allow it. */
export default async function JoinPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const { account, joining, workspaces } = await api();
  const [page, person, recent] = await Promise.all([joining.page({ slug }), account.get(), workspaces.recent()]);
  const corner = <Corner email={person.email} home={recent.rows[0]?.slug ?? null} />;
  if (page.isMember) {
    return (
      <Split corner={corner}>
        <SplitTitle title={`You are a member of ${page.workspaceName}`}>You do not need to ask to join.</SplitTitle>
        <LinkButton href={`/w/${page.slug}`} variant="primary" size="lg" full>
          Open the workspace
        </LinkButton>
      </Split>
    );
  }
  if (page.isWaiting) {
    return (
      <Split corner={corner}>
        <SplitTitle title={`You asked to join ${page.workspaceName}`}>
          Its Admins have been told. You get an e-mail when they answer.
        </SplitTitle>
        <LinkButton href="/welcome" size="lg" full>
          Go to {instanceName()}
        </LinkButton>
      </Split>
    );
  }
  return (
    <Split corner={corner}>
      <SplitTitle title={`Ask to join ${page.workspaceName}`}>
        An Admin decides, and gives you a role. They see your name and {person.email}.
      </SplitTitle>
      <Form action={askAtPage}>
        <HiddenFields values={{ slug: page.slug }} />
        <FormUntilDone>
          <SubmitButton size="lg" full pendingLabel="Asking…">
            Ask to join
          </SubmitButton>
        </FormUntilDone>
      </Form>
    </Split>
  );
}
