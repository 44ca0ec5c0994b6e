import type { Metadata } from "next";
import { LinkButton } from "./_ui/button";
import { CalmPage } from "./_ui/calm-page";

export const metadata: Metadata = { title: "Page not found" };

export default function NotFound() {
  return (
    <CalmPage
      code="404"
      title="There is nothing here"
      action={
        <LinkButton href="/" variant="primary">
          Go to your workspace
        </LinkButton>
      }
    >
      The page does not exist, or it belongs to a workspace you are not a member of. If you received the address from
      another person, ask them for an invitation.
    </CalmPage>
  );
}
