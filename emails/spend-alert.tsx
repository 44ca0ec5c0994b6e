import { inFigures } from "./amounts";
import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Paragraph, Small, Strong } from "./layout";
import { dayInWords } from "./moment";
import { Named } from "./who";

export interface SpendAlertProps {
  /** The page where the limit is changed. */
  url: string;
  workspaceName: string;
  /** The threshold that was passed, in percent of the limit. */
  percent: number;
  /** With their currency: "16.02 EUR". */
  spent: string;
  limit: string;
  /** Whether the limit is used up. */
  isReached: boolean;
  /** Whose limit: "workspace", "ceiling", "member:…", "key:…", "model:…" or "tag:…"; missing in mails of earlier versions: the workspace's. */
  of?: string;
  /** The name of the member or the key; null for others. */
  name?: string | null;
  /** The period of the limit; missing in mails of earlier versions: the month. */
  span?: "day" | "week" | "month" | "total";
  /** The day on which the next period begins: "2026-12-01"; null: the limit has no period. */
  resetsOn: string | null;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

const adjectives = { day: "daily", week: "weekly", month: "monthly", total: "total" } as const;

/** Contains no text that a user chose. */
export function subject({ percent, of = "workspace", span = "month" }: SpendAlertProps): string {
  const [kind] = of.split(":", 1);
  const who = kind === "ceiling" ? "workspace" : kind;
  return `A ${who} has spent ${percent} % of its ${adjectives[span]} limit`;
}

/** Renders the mail to each Admin and Billing member of a workspace: spend passed a threshold of a limit. */
export default function SpendAlert(props: SpendAlertProps) {
  const { of = "workspace", name = null, span = "month" } = props;
  const resetsOn = props.resetsOn && dayInWords(props.resetsOn);
  const [kind = "", ...rest] = of.split(":");
  return (
    <Layout
      title={`${props.percent} % of the ${adjectives[span]} limit is spent`}
      preheader={
        props.isReached
          ? "Requests that cost something are refused now."
          : "See what the money was spent on, and the forecast."
      }
      origin={props.origin}
      reason={`You got this e-mail because you are an Admin or a Billing member of the workspace${["workspace", "ceiling", "model", "tag"].includes(kind) ? "" : ", or because the limit is for your keys"}.`}
    >
      <Named label="Workspace" text={props.workspaceName} />
      {(name !== null || kind === "model" || kind === "tag") && (
        <Fact label={labels.get(kind) ?? "Limit of"}>
          <Strong>{defuse(name ?? rest.join(":"))}</Strong>
        </Fact>
      )}
      <Fact label={spentLabels[span]}>{inFigures(`${props.spent} of ${props.limit}`)}</Fact>
      <Paragraph>
        {props.isReached
          ? `The limit is reached. Requests that cost something are refused until ${resetsOn === null ? "" : `${resetsOn}, or until `}the limit is raised.`
          : `Once the limit is reached, requests that cost something are refused.${resetsOn === null ? "" : ` The next ${span} begins on ${resetsOn}.`}`}
      </Paragraph>
      <Button href={props.url} label="See the spending" />
      <Small>
        {span === "total"
          ? "You get one alert for each percentage that is set there."
          : `${capital(span)}s begin at 00:00 UTC. You get one alert per ${span} for each percentage that is set there.`}
      </Small>
    </Layout>
  );
}

const labels = new Map(Object.entries({ member: "Member", key: "Key", model: "Model", tag: "Tag" }));
const spentLabels = {
  day: "Spent today",
  week: "Spent this week",
  month: "Spent this month",
  total: "Spent in total",
} as const;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/billing",
  workspaceName: "Analytical Engines",
  percent: 80,
  spent: "16.02 EUR",
  limit: "20.00 EUR",
  isReached: false,
  of: "workspace",
  name: null,
  span: "month",
  resetsOn: "2026-12-01",
  origin: "https://atelier.acme.com",
} satisfies SpendAlertProps;
