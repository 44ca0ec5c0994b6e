import { Button } from "./button";
import { Layout, Rule, Small } from "./layout";
import { productName } from "./product";
import { Named, Who } from "./who";

export interface JoinRequestProps {
  /** The page where the request is answered. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(_props: JoinRequestProps): string {
  return `A person asks to join your workspace on ${productName()}`;
}

/** Renders the mail to each Admin of a workspace: a person asks to join. */
export default function JoinRequest(props: JoinRequestProps) {
  return (
    <Layout
      title="A person asks to join your workspace"
      preheader="See who it is, and approve or decline."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace. Turn these e-mails off in your account settings."
    >
      <Who label="Requested by" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Button href={props.url} label="Answer the request" />
      <Rule />
      <Small>The address is verified. The person becomes a member only when an Admin approves.</Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members/requests",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  origin: "https://atelier.acme.com",
} satisfies JoinRequestProps;
