import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Strong } from "./layout";
import { Named, Who } from "./who";

export interface LimitRequestProps {
  /** The page where the limit is raised, with what is asked for filled in. */
  url: string;
  /** As people gave it; may be empty, then the address stands alone. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  /** Whose limit it is: "The key Production". */
  whose: string;
  /** With currency and span: "20.00 EUR a month". */
  limit: string;
  /** With their currency; null: the limit is not one on spend. */
  spent: string | null;
  wanted: string;
  /** As the person wrote it; may be empty. */
  reason: string;
  /** Where this Atelier lives, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject(_props: LimitRequestProps): string {
  return "A member asks for a higher limit on Atelier";
}

/** Renders the mail to each Admin and Billing member of a workspace: a member asks for a higher limit. */
export default function LimitRequest(props: LimitRequestProps) {
  return (
    <Layout
      title="A member asks for a higher limit"
      preheader="See how far the limit is used, and raise it."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin or a Billing member of the workspace. Turn these e-mails off in your account settings."
    >
      <Who label="Who asks" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Named label="Limit of" text={props.whose} />
      <Fact label="Now">{props.spent === null ? props.limit : `${props.spent} of ${props.limit}`}</Fact>
      <Fact label="Asked for">
        <Strong>{props.wanted}</Strong>
      </Fact>
      {props.reason && <Fact label="Why">{defuse(props.reason)}</Fact>}
      <Button href={props.url} label="Look at the limit" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/limits/spending?of=key%3A2u7KQ0aB9cDe&span=day",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  whose: "The key Nightly evaluation",
  limit: "20.00 EUR a day",
  spent: "19.98 EUR",
  wanted: "60.00 EUR",
  reason: "The evaluation of the new model runs until Friday.",
  origin: "https://atelier.acme.com",
} satisfies LimitRequestProps;
