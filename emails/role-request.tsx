import { Button } from "./button";
import { Fact, Layout, Strong } from "./layout";
import { productName } from "./product";
import { Named, Who } from "./who";

export interface RoleRequestProps {
  /** The page where the request is answered. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  /** The role they ask for. */
  role: "Admin" | "Developer" | "Billing" | "Viewer";
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: RoleRequestProps): string {
  return `A member asks for another role on ${productName()}`;
}

/** Renders the mail to each Admin of a workspace: a member asks for another role. */
export default function RoleRequest(props: RoleRequestProps) {
  return (
    <Layout
      title="A member asks for another role"
      preheader="See who it is, and approve or decline."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace. Turn these e-mails off in your account settings."
    >
      <Who label="Requested by" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="Role">
        <Strong>{props.role}</Strong>
      </Fact>
      <Button href={props.url} label="Answer the request" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members/requests",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  role: "Developer",
  origin: "https://atelier.acme.com",
} satisfies RoleRequestProps;
