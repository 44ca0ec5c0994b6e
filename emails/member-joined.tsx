import { Button } from "./button";
import { Fact, Layout, Small, Strong } from "./layout";
import { Named, Who } from "./who";

export interface MemberJoinedProps {
  /** The workspace's members. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** How they could join: through the domain of their address, an invite link, or a group at a sign-in provider. */
  way: "domain" | "link" | "group";
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ way }: MemberJoinedProps): string {
  return subjects[way];
}

const subjects = {
  domain: "A new member joined a workspace by its domain",
  link: "A new member joined a workspace by its link",
  group: "A new member joined a workspace by a group",
} as const;

const reasons = {
  domain:
    "All people with an address at the workspace's domain may join. An Admin can change that on its settings page.",
  link: "All people with the invite link may join. An Admin can turn it off on the workspace's settings page.",
  group:
    "People in this group of your organization's sign-in provider become members. An Admin can end that on the workspace's settings page.",
} as const;

/** Renders the mail to each Admin of a workspace: a new member joined without an invitation. */
export default function MemberJoined(props: MemberJoinedProps) {
  return (
    <Layout
      title="A new member joined your workspace"
      preheader="A workspace where you are an Admin has a new member."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace. Turn these e-mails off in your account settings."
    >
      <Who label="New member" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="As">
        <Strong>{props.role}</Strong>
      </Fact>
      <Button href={props.url} label="See the members" />
      <Small>{reasons[props.way]}</Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  way: "domain",
  origin: "https://atelier.acme.com",
} satisfies MemberJoinedProps;
