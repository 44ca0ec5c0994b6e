import type { Metadata } from "next";
import { PlainPage } from "@/app/_shared/plain-page";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { can, type Permission, permissionText, roles, roleText } from "@/server/access/permissions";
import { pageAppearance } from "@/server/composition/appearance";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Help" };

const abilities = Object.entries(permissionText) as [Permission, string][];

const answers = [
  [
    "What is a workspace?",
    "A workspace has members, API keys, models, usage and limits of its own. You can be a member of several, and open each in its own browser tab.",
  ],
  [
    "How do I invite a member?",
    "An Admin opens Members and clicks “Invite a new member”. An invitation is for one e-mail address, works once, and expires after 7 days.",
  ],
  [
    "I lost a key. Can I see it again?",
    "No. Atelier keeps only a hash of the secret. Rotate the key: it gets a new secret, and the old one can keep working for up to 24 hours.",
  ],
  [
    "What happens to my keys when I leave?",
    "They are revoked, and the Admins get an e-mail. An Admin can decide otherwise: for one member when removing them, or for all members under Settings, “Keys of members who leave”. A kept key becomes a service key of the workspace.",
  ],
  [
    "An Admin has rotated my key. What now?",
    "Your key ends after the overlap, and you get an e-mail. The new key is a service key of the workspace: it does not act for you. Create a key of your own, or ask the Admin for the new secret.",
  ],
  [
    "How do I remove permissions that a key does not need?",
    "Click its name on API Keys: the page shows which scopes, models and addresses it used. “Narrow to what it used” keeps only those of the last 30 days; “Undo narrowing” restores the rest.",
  ],
  [
    "Why can I not restore, enable or widen my key?",
    "An Admin has revoked, disabled or limited it, or only Admins create keys here. Only an Admin can undo that.",
  ],
  [
    "How do I switch workspaces?",
    "Click your name at the bottom left. You stay on the same page of the other workspace.",
  ],
  [
    "How do I get another role?",
    "A control that your role cannot use says which role can. Click “Request access” there; the Admins get your request.",
  ],
  [
    "How do I get a higher limit, another model or a seat?",
    "Ask in the place where you need it: the address in a refusal of /v1 opens the limit with the request filled in, the models page has “Ask for a model”, and an invitation to a full workspace has “Ask for a seat”. When the maximum of keys, members or files is reached, “Ask for more” leads to the form. The members who can change it get an e-mail and answer with one click. Requests for a higher ceiling go to the people who run this Atelier.",
  ],
] as const;

const headers = [
  ["Retry-After", "With a 429 answer: seconds to wait before the next request."],
  ["x-ratelimit-limit-requests, x-ratelimit-limit-tokens", "The lowest limit per minute that applies to this request."],
  ["x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens", "What remains of that limit."],
  [
    "x-ratelimit-reset-requests, x-ratelimit-reset-tokens",
    "Time until the full limit is available again, such as “7s”.",
  ],
  ["x-should-retry: false", "With a 429 answer when an early retry does not help, such as for a spending limit."],
] as const;

const refusals = [
  [
    "requests_per_minute",
    "Too many requests per minute. Wait for the time in Retry-After; OpenAI's and Mistral's clients can do this automatically.",
  ],
  ["tokens_per_minute", "Too many tokens per minute. Wait, send shorter prompts, or set a lower max_tokens."],
  [
    "spend_limit",
    "Status 402: the spending limit is reached. Requests that cost something are refused until the limit's day, week or month ends, unless an Admin or a Billing member raises the limit.",
  ],
  [
    "end_user_limit",
    "Status 402: one end user of a program has reached their spending limit. Requests for other end users still pass.",
  ],
  [
    "spend_under_way",
    "Status 429: requests in progress have reserved the rest of a spending limit. Wait for the time in Retry-After; clients can do this automatically.",
  ],
] as const;

export default async function Help() {
  // Refuses a visitor who is not signed in: Help is a page of the console.
  await (await api()).account.get();
  const { supportEmail } = pageAppearance();
  return (
    <PlainPage>
      <PageHeader title="Help" purpose="Workspaces, members, API keys and rate limits." />
      <div className="flex flex-col gap-6">
        {supportEmail && (
          <Card title="Support">
            <p className="wrap-anywhere">
              Write to{" "}
              <a href={`mailto:${supportEmail}`} className="underline underline-offset-3">
                {supportEmail}
              </a>
              .
            </p>
          </Card>
        )}
        <Card title="Questions">
          <dl className="flex flex-col gap-5">
            {answers.map(([question, answer]) => (
              <div key={question}>
                <dt className="font-medium">{question}</dt>
                <dd className="mt-1 text-pretty text-ink-soft">{answer}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card
          id="rate-limits"
          title="When a request is refused with 402 or 429"
          description="A limit of the workspace, a model, a tag, a member, a key or an end user is reached. The error code says which kind of limit, the message says which one."
        >
          <h3 className="mb-3">What to do</h3>
          <Definitions entries={refusals} />
          <h3 className="mt-6 mb-3">Headers</h3>
          <Definitions entries={headers} />
        </Card>
        <Card isFlush title="Roles" description="What each role can do. A workspace always has at least one Admin.">
          <Table label="Roles" columns={[{ label: "To…" }, ...roles.map((role) => ({ label: roleText[role].name }))]}>
            {abilities.map(([permission, ability]) => (
              <TableRow key={permission}>
                <TableCell kind="primary">{ability}</TableCell>
                {roles.map((role) => (
                  <TableCell
                    key={role}
                    label={roleText[role].name}
                    className={can(role, permission) ? "text-success" : "text-ink-faint"}
                  >
                    {can(role, permission) ? "Yes" : "No"}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </Table>
        </Card>
      </div>
    </PlainPage>
  );
}

function Definitions({ entries }: { entries: readonly (readonly [string, string])[] }) {
  return (
    <dl className="flex flex-col gap-3">
      {entries.map(([term, meaning]) => (
        <div key={term}>
          <dt className="wrap-anywhere font-mono text-[0.8125rem]">{term}</dt>
          <dd className="text-pretty text-ink-soft">{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
