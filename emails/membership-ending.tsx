import { Button } from "./button";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface MembershipEndingProps {
  /** The workspace's members. */
  url: string;
  personName: string;
  workspaceName: string;
  /** Whether the recipient is the member; otherwise it is an Admin. */
  isOwn: boolean;
  endsAt: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isOwn }: MembershipEndingProps): string {
  return isOwn ? "Your access to a workspace ends soon" : "A member's access ends soon";
}

/** Renders the mail to the member and the Admins, three days before a membership ends. */
export default function MembershipEnding(props: MembershipEndingProps) {
  return (
    <Layout
      title={subject(props)}
      preheader={`It ends ${inWords(props.endsAt)}.`}
      origin={props.origin}
      reason={
        props.isOwn
          ? "You got this e-mail because you are a member of the workspace until then."
          : "You got this e-mail because you are an Admin of the workspace."
      }
    >
      {!props.isOwn && <Named label="Member" text={props.personName} />}
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Access ends">
        <Strong>{inWords(props.endsAt)}</Strong>
      </Fact>
      <Paragraph>
        {props.isOwn
          ? "After that you can no longer open the workspace. If you still need it, ask one of its Admins for a later end date."
          : "If they should stay, set a later end date, or none, on the workspace's members page."}
      </Paragraph>
      <Button href={props.url} label="See the members" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members",
  personName: "Grace Hopper",
  workspaceName: "Analytical Engines",
  isOwn: false,
  endsAt: new Date("2026-12-04T00:00:00Z"),
  origin: "https://atelier.acme.com",
} satisfies MembershipEndingProps;
