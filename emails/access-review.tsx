import { Button } from "./button";
import { Fact, Layout, Paragraph, Strong } from "./layout";
import { inWords } from "./moment";
import { Named } from "./who";

export interface AccessReviewProps {
  /** The review. */
  url: string;
  workspaceName: string;
  stage: "started" | "ending" | "closed";
  /** How many members and keys the review contains. */
  members: number;
  keys: number;
  /** How many of them have no decision yet. */
  undecided: number;
  /** How many were disabled when the review ended. */
  disabled: number;
  dueAt: Date;
  /** The instance's address, such as "https://atelier.acme.com". */
  origin: string;
}

const titles = {
  started: "An access review has started",
  ending: "An access review ends soon",
  closed: "An access review was closed",
};

/** Contains no text that a user chose. */
export function subject({ stage }: AccessReviewProps): string {
  return titles[stage];
}

/** Renders the mail to each Admin of a workspace: a review of who has access starts, is about to end, or has ended. */
export default function AccessReview(props: AccessReviewProps) {
  return (
    <Layout
      title={titles[props.stage]}
      preheader={
        props.stage === "closed"
          ? "Its result is sealed in the audit log."
          : `Unconfirmed access is disabled ${inWords(props.dueAt)}.`
      }
      origin={props.origin}
      reason="You got this e-mail because you are an Admin of the workspace."
    >
      <Named label="Workspace" text={props.workspaceName} />
      <Fact label="In the review">
        <Strong>{`${counted(props.members, "member")}, ${counted(props.keys, "API key")}`}</Strong>
      </Fact>
      {props.stage === "closed" ? (
        <>
          <Fact label="Disabled at its end">
            <Strong>{String(props.disabled)}</Strong>
          </Fact>
          <Paragraph>
            You can print the result, and the audit log has its digest. You can restore disabled access on the page of
            the review: memberships for 30 days, keys at any time.
          </Paragraph>
        </>
      ) : (
        <>
          <Fact label="Not decided yet">
            <Strong>{String(props.undecided)}</Strong>
          </Fact>
          <Fact label="Ends">
            <Strong>{inWords(props.dueAt)}</Strong>
          </Fact>
          <Paragraph>
            Confirm who still needs access, and end all other access. Members and keys that no Admin confirms by then
            are disabled, except the last Admin.
          </Paragraph>
        </>
      )}
      <Button href={props.url} label={props.stage === "closed" ? "See the result" : "Open the review"} />
    </Layout>
  );
}

const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

export const PreviewProps = {
  url: "https://atelier.acme.com/w/analytical-engines/members/reviews/5a3e6f0c-9a43-4a52-9d0a-0f6f6a1c2f11",
  workspaceName: "Analytical Engines",
  stage: "started",
  members: 12,
  keys: 31,
  undecided: 43,
  disabled: 0,
  dueAt: new Date("2026-12-14T09:00:00Z"),
  origin: "https://atelier.acme.com",
} satisfies AccessReviewProps;
