import { Button } from "./button";
import { Layout, Paragraph } from "./layout";
import { productName } from "./product";
import { Named, Who } from "./who";

export interface LookRequestProps {
  /** The page where the request is answered. */
  url: string;
  /** The operator's name, as they entered it; may be empty. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  /** The reason, as the operator wrote it. */
  reason: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: LookRequestProps): string {
  return `An operator of ${productName()} asks to look inside your workspace`;
}

/** Renders the mail to each Admin of a workspace: an operator asks for their consent to view the workspace. */
export default function LookRequest(props: LookRequestProps) {
  return (
    <Layout
      title="An operator asks to look inside"
      preheader="See who it is and why, and allow or decline it."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Who label="Requested by" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Named label="Reason" text={props.reason} />
      <Paragraph>
        If you allow it, they get the read access of a Viewer for one hour, without prompts and file contents. They
        cannot change anything, and you can end it at any time.
      </Paragraph>
      <Button href={props.url} label="Answer the request" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/settings#look-inside",
  personName: "Olga Operator",
  personEmail: "olga@acme.com",
  workspaceName: "Analytical Engines",
  reason: "Requests of one key fail since this morning.",
  origin: "https://atelier.acme.com",
} satisfies LookRequestProps;
