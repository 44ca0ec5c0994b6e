"use client";

import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { roles, roleText } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";
import { addGroupRule, removeGroupRule, setGroupsClaim } from "../actions";

type Groups = Outputs["instance"]["signInGroups"];

/** Draws the claim that contains groups, and the rules that make the people of a group members of a workspace. */
export function GroupsCard({ id, groups: { groupsClaim, isMissingNone, rules } }: { id: string; groups: Groups }) {
  return (
    <Card
      title="Groups"
      description="A group of this provider can make its people members of a workspace, at each sign-in. A rule takes effect when an Admin of the workspace accepts it, and needs to be accepted again when the claim or the client ID changes."
    >
      <Form action={setGroupsClaim}>
        <HiddenFields values={{ providerId: id }} />
        <TextField
          label="Groups claim"
          name="groupsClaim"
          optional
          autoComplete="off"
          spellCheck={false}
          defaultValue={groupsClaim ?? ""}
          placeholder="groups"
          hint="The claim that names a person's groups. Without it, groups have no effect."
        />
        <SelectField
          label="An answer without the claim"
          name="missing"
          defaultValue={isMissingNone ? "none" : "keep"}
          options={[
            { value: "keep", label: "Changes nothing" },
            { value: "none", label: "Counts as no groups: memberships by groups end" },
          ]}
        />
        <div>
          <SubmitButton pendingLabel="Saving…">Save groups claim</SubmitButton>
        </div>
      </Form>
      {rules.length > 0 && (
        <ul aria-label="Group rules" className="mt-2 divide-y divide-hairline">
          {rules.map((rule) => (
            <li key={rule.id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <span className="min-w-0 wrap-anywhere">
                <span className="font-medium">{rule.group}</span> → {rule.workspace}, {roleText[rule.role].name}{" "}
                {rule.acceptedAt ? (
                  <Badge tone="success">In force</Badge>
                ) : (
                  <Badge tone="warning">Waits for an Admin</Badge>
                )}
              </span>
              <Form action={removeGroupRule}>
                <HiddenFields values={{ providerId: id, ruleId: rule.id }} />
                <SubmitButton
                  size="sm"
                  variant="ghost"
                  aria-label={`Remove the rule of ${rule.group} for ${rule.workspace}`}
                >
                  Remove
                </SubmitButton>
              </Form>
            </li>
          ))}
        </ul>
      )}
      <Form action={addGroupRule} resetOnDone>
        <HiddenFields values={{ providerId: id }} />
        <TextField label="Group" name="group" required maxLength={400} autoComplete="off" spellCheck={false} />
        <TextField
          label="Workspace"
          name="slug"
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="research"
          hint="Its address: the part after /w/."
        />
        <SelectField
          label="Role"
          name="role"
          defaultValue="developer"
          options={[...roles].reverse().map((role) => ({ value: role, label: roleText[role].name }))}
        />
        <div>
          <SubmitButton variant="secondary" pendingLabel="Proposing…">
            Propose rule
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
