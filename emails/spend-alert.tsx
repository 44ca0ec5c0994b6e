import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Small, Strong } from "./layout";

export interface SpendAlertProps {
  /** The page where the limit is changed. */
  url: string;
  workspaceName: string;
  /** The threshold that was passed: this many percent of the limit. */
  percent: number;
  /** With their currency: "16.02 EUR". */
  spent: string;
  limit: string;
  /** Whether nothing is left of the limit. */
  isReached: boolean;
  /** The day on which the next month begins: "1 December 2026". */
  resetsOn: string;
  /** Where this Atelier lives, such as "https://atelier.acme.com". */
  origin: string;
}

export function subject({ percent }: SpendAlertProps): string {
  return `A workspace has spent ${percent} % of its monthly limit`;
}

/** Renders the mail to each Admin and Billing member of a workspace: a share of the monthly limit is spent. */
export default function SpendAlert(props: SpendAlertProps) {
  return (
    <Layout
      title={`${props.percent} % of the monthly limit is spent`}
      preheader={
        props.isReached
          ? "Requests that cost something are refused now."
          : "See what it was spent on, and the forecast."
      }
      origin={props.origin}
      reason="You got this e-mail because you are an Admin or a Billing member of the workspace."
    >
      <Fact label="Workspace">
        <Strong>{defuse(props.workspaceName)}</Strong>
      </Fact>
      <Fact label="Spent this month">
        {props.spent} of {props.limit}
      </Fact>
      <Paragraph>
        {props.isReached
          ? `The limit is reached. Requests that cost something are refused until ${props.resetsOn}, or until the limit is raised.`
          : `Once the limit is reached, requests that cost something are refused. The next month begins on ${props.resetsOn}.`}
      </Paragraph>
      <Button href={props.url} label="See the spending" />
      <Small>Months begin at 00:00 UTC. You are told once a month for each percentage that is set there.</Small>
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/billing",
  workspaceName: "Analytical Engines",
  percent: 80,
  spent: "16.02 EUR",
  limit: "20.00 EUR",
  isReached: false,
  resetsOn: "1 December 2026",
  origin: "https://atelier.acme.com",
} satisfies SpendAlertProps;
