import { inFigures } from "./amounts";
import { Button } from "./button";
import { defuse } from "./defuse";
import { Fact, Layout, Strong } from "./layout";
import { productName } from "./product";
import { Named, Who } from "./who";

export interface LimitRequestProps {
  /** The page where the request is answered. */
  url: string;
  /** The person's name as they entered it. When it is empty, the mail shows only the address. */
  personName: string;
  personEmail: string;
  workspaceName: string;
  /** The subject of the limit or of the model request: "The key Production". */
  whose: string;
  /** With currency and period: "20.00 EUR a month"; null: the request is for a model, not for a limit. */
  limit: string | null;
  /** With their currency; null: the limit is not a spend limit. */
  spent: string | null;
  wanted: string;
  /** The reason, as the person wrote it; may be empty. */
  reason: string;
  /** The person's usage in the last 30 days: "1,240 requests, 12.30 EUR"; missing in mails of earlier versions. */
  use?: string;
  /** The expected cost of this month, and the most it can cost with the requested limit; null: not known. */
  forecast?: { now: string; after: string } | null;
  /** Whether the recipients are the operators, who can raise the workspace's ceiling. */
  isForOperators?: boolean;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

/** Contains no text that a user chose. */
export function subject({ isForOperators, limit }: LimitRequestProps): string {
  if (isForOperators) return `A workspace asks for a higher ceiling on ${productName()}`;
  return `A member asks for ${limit === null ? "a model" : "a higher limit"} on ${productName()}`;
}

/** Renders the mail to those who may answer a member's request for a higher limit or a model. */
export default function LimitRequest(props: LimitRequestProps) {
  const { limit, spent, use, forecast, isForOperators } = props;
  return (
    <Layout
      title={
        isForOperators
          ? "A workspace asks for a higher ceiling"
          : limit === null
            ? "A member asks for a model"
            : "A member asks for a higher limit"
      }
      preheader="See what is used, and answer with one click."
      origin={props.origin}
      reason={`You got this e-mail because you ${isForOperators ? `run ${productName()}` : "manage the limits or models of the workspace"}. Turn these e-mails off in your account settings.`}
    >
      <Who label="Requested by" name={props.personName} email={props.personEmail} />
      <Named label="Workspace" text={props.workspaceName} />
      <Named label={limit === null ? "For" : "Limit of"} text={props.whose} />
      {limit !== null && <Fact label="Now">{inFigures(spent === null ? limit : `${spent} of ${limit}`)}</Fact>}
      <Fact label="Asked for">
        <Strong>{limit === null ? defuse(props.wanted) : inFigures(props.wanted)}</Strong>
      </Fact>
      {props.reason && <Fact label="Why">{defuse(props.reason, 500)}</Fact>}
      {use && <Fact label="Used by this person in the last 30 days">{inFigures(use)}</Fact>}
      {forecast && (
        <Fact label="Forecast of the workspace's month">
          {inFigures(`${forecast.now}, with this at most ${forecast.after}`)}
        </Fact>
      )}
      <Button href={props.url} label="Answer the request" />
    </Layout>
  );
}

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/limits/requests",
  personName: "Grace Hopper",
  personEmail: "grace@acme.com",
  workspaceName: "Analytical Engines",
  whose: "The key Nightly evaluation",
  limit: "20.00 EUR a day",
  spent: "19.98 EUR",
  wanted: "60.00 EUR a day",
  reason: "The evaluation of the new model runs until Friday.",
  use: "1,240 requests, 312.40 EUR",
  forecast: { now: "410.00 EUR", after: "530.00 EUR" },
  isForOperators: false,
  origin: "https://atelier.acme.com",
} satisfies LimitRequestProps;
