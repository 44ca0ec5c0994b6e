import { Button } from "./button";
import { Fact, Layout, Small, Strong } from "./layout";
import { Named, Who } from "./who";

type RoleName = "Admin" | "Developer" | "Billing" | "Viewer";

export interface MemberByGroupProps {
  /** The workspace's members. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  from: RoleName;
  /** The new role; null: the membership has ended. */
  to: RoleName | null;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ to }: MemberByGroupProps): string {
  return to ? "A group changed a member's role" : "A group ended a membership";
}

/** Renders the mail to each Admin of a workspace: a member's groups at their sign-in provider changed the member's role or ended the membership. */
export default function MemberByGroup(props: MemberByGroupProps) {
  const { from, to } = props;
  return (
    <Layout
      title={to ? "A member has another role" : "A group ended a membership"}
      preheader={
        to
          ? `It was ${from} and is now ${to}.`
          : "Their groups no longer make them a member of a workspace where you are an Admin."
      }
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace. Turn these e-mails off in your account settings."
    >
      <Who label="Who" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Role">
        <Strong>{to ?? "No longer a member"}</Strong> (before: {from})
      </Fact>
      <Button href={props.url} label="See the members" />
      <Small>
        This was automatic: the person's groups at your organization's sign-in provider changed, or the person unlinked
        the provider. An Admin can turn off groups on the workspace's settings page.
      </Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  from: "Developer",
  to: "Viewer",
  origin: "https://atelier.acme.com",
} satisfies MemberByGroupProps;
