import { Button } from "./button";
import { Layout, Paragraph } from "./layout";
import { productName } from "./product";
import { Named } from "./who";

export interface DomainLapsedProps {
  /** The page where the domain is checked again. */
  url: string;
  domain: string;
  workspaceName: string;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject(_props: DomainLapsedProps): string {
  return "A domain of your workspace is no longer verified";
}

/** Renders the mail to each Admin of a workspace: the domain's TXT record was not found, so new people cannot join through the domain. */
export default function DomainLapsed(props: DomainLapsedProps) {
  return (
    <Layout
      title="A domain is no longer verified"
      preheader="Its TXT record is gone. Members stay; new people cannot join by it."
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Named label="Domain" text={props.domain} />
      <Named label="Workspace" text={props.workspaceName} />
      <Paragraph>
        {productName()} looks once a week for the TXT record that proves the domain, and did not find it. Members stay,
        but new people cannot join by this domain. Restore the record and check it again, or remove the domain.
      </Paragraph>
      <Button href={props.url} label="Check the domain" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/settings",
  domain: "acme.com",
  workspaceName: "Analytical Engines",
  origin: "https://atelier.acme.com",
} satisfies DomainLapsedProps;
