"use client";

import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { roleText } from "@/server/access/permissions";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { acceptGroupRule, endGroupRule } from "../actions";

type Rule = RowOf<Outputs["groupRules"]["list"]>;

/** Draws the groups of sign-in providers that create members here, and those that an Admin has to accept. */
export function GroupsCard({ slug, rules }: { slug: string; rules: Rule[] }) {
  return (
    <Card
      title="Groups"
      description="People in these groups of your organization's sign-in provider become members with this role when they sign in, and are removed after they leave the group. The people who run this instance propose groups. A group has no effect until you accept it, and you have to accept it again when they change where groups are read."
    >
      <ul aria-label="Groups" className="divide-y divide-hairline">
        {rules.map((rule) => (
          <li key={rule.id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
            <span className="min-w-0 wrap-anywhere">
              <span className="font-medium">{rule.group}</span> of {rule.provider}: {roleText[rule.role].name}{" "}
              {rule.acceptedAt ? <Badge tone="success">In force</Badge> : <Badge tone="warning">Waits for you</Badge>}
              <span className="block text-[0.8125rem] text-ink-soft">
                {rule.issuer === null
                  ? "This provider no longer exists: the rule has no effect."
                  : rule.claim
                    ? `In the claim ${rule.claim} that ${rule.issuer} sends.`
                    : `No claim of ${rule.issuer} contains groups yet, so it cannot be accepted.`}
              </span>
            </span>
            <span className="flex flex-wrap gap-2">
              {!rule.acceptedAt && rule.claim && rule.issuer && (
                <Form action={acceptGroupRule}>
                  <HiddenFields values={{ workspace: slug, ruleId: rule.id, claim: rule.claim }} />
                  <SubmitButton size="sm" variant="secondary" aria-label={`Accept ${rule.group}`}>
                    Accept
                  </SubmitButton>
                </Form>
              )}
              <Form action={endGroupRule}>
                <HiddenFields values={{ workspace: slug, ruleId: rule.id }} />
                <SubmitButton
                  size="sm"
                  variant="ghost"
                  aria-label={`${rule.acceptedAt ? "End" : "Decline"} ${rule.group}`}
                >
                  {rule.acceptedAt ? "End" : "Decline"}
                </SubmitButton>
              </Form>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
