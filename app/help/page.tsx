import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { PlainPage } from "@/app/plain-page";
import { can, type Permission, roles, roleText } from "@/server/access/permissions";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Help" };

/** What each permission lets somebody do, as far as there are pages for it. */
const abilities: [Permission, string][] = [
  ["workspace:read", "See the workspace, its members and its keys"],
  ["key:create", "Create API keys"],
  ["key:revoke-own", "Revoke one's own keys"],
  ["key:manage-own", "Change and rotate one's own keys"],
  ["key:manage-any", "Change and revoke anybody's keys"],
  ["usage:read", "See usage, spending and limits"],
  ["limit:manage", "Set limits on spending and on requests and tokens a minute"],
  ["member:invite", "Invite members"],
  ["member:manage", "Change roles and remove members"],
];

const answers = [
  [
    "What is a workspace?",
    "A place for a team, or for you alone. Its members, API keys and models belong together. You can be in several, and have each open in a tab of its own.",
  ],
  [
    "How do I invite somebody?",
    "An Admin goes to Members and clicks “Invite a new member”. The invitation is for one address, works once, and ends after 7 days.",
  ],
  ["I lost a key. Can I see it again?", "No: only a fingerprint of it is kept. Revoke it and create another one."],
  [
    "What happens to my keys when I leave?",
    "They are revoked, and the Admins are mailed. An Admin can decide otherwise: for one member when removing them, or for everybody under Settings, “Keys of members who leave”. A kept key becomes a service key of the workspace.",
  ],
  [
    "An Admin has rotated my key. What now?",
    "Your key ends after the overlap, and you are mailed. The new key is a service key of the workspace: it does not act for you. Create a key of your own, or ask the Admin for the new secret.",
  ],
  [
    "Why can I not restore, enable or widen my key?",
    "An Admin has revoked, disabled or limited it, or only Admins create keys here. Only an Admin can undo that.",
  ],
  [
    "How do I switch workspaces?",
    "Click your name at the bottom left. You stay on the same page of the other workspace.",
  ],
] as const;

const headers = [
  ["Retry-After", "On a refusal: the seconds until there is room again."],
  ["x-ratelimit-limit-requests, x-ratelimit-limit-tokens", "The limit a minute that is the tightest for this request."],
  ["x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens", "What is left of it."],
  ["x-ratelimit-reset-requests, x-ratelimit-reset-tokens", "How long until all of it is free again: “7s”."],
  ["x-should-retry: false", "On a refusal that waiting a moment does not change, such as a spending limit."],
] as const;

const refusals = [
  [
    "requests_per_minute",
    "Too many requests in a minute. Wait as long as Retry-After says; OpenAI's and Mistral's clients can do so by themselves.",
  ],
  ["tokens_per_minute", "Too many tokens in a minute. Wait, send less at once, or ask for fewer with max_tokens."],
  [
    "spend_limit",
    "What may be spent this month is spent. Waiting does not help before the first of next month; an Admin or a Billing member can raise the limit.",
  ],
] as const;

export default async function Help() {
  // Signed in or not at all: help is part of the console.
  await (await api()).account.get();
  return (
    <PlainPage>
      <PageHeader title="Help" purpose="The few things worth knowing about workspaces, members and keys." />
      <div className="flex flex-col gap-6">
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
          title="When a request is refused with 429"
          description="A limit of the workspace, of the model, of the member or of the key is reached. The answer's code says which kind, its message which one."
        >
          <h3 className="mb-3">What to do</h3>
          <Definitions entries={refusals} />
          <h3 className="mt-6 mb-3">Headers</h3>
          <Definitions entries={headers} />
        </Card>
        <Card isFlush title="Roles" description="What each role may do. A workspace always has at least one Admin.">
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
