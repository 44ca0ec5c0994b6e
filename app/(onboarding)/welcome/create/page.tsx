import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { ChoiceField } from "@/app/_ui/choice-field";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Building2, UserRound } from "@/app/_ui/icons";
import { createWorkspace } from "@/app/(onboarding)/_shared/actions";
import { Corner } from "@/app/(onboarding)/_shared/corner";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Create workspace" };

export default async function CreateWorkspace() {
  const { account, workspaces } = await api();
  const [person, recent, refusals] = await Promise.all([account.get(), workspaces.recent(), workspaces.mayCreate()]);
  const corner = <Corner email={person.email} home={recent.rows[0]?.slug ?? null} />;
  if (refusals.organization && refusals.personal)
    return (
      <Split corner={corner}>
        <SplitTitle title="Create a workspace">
          {refusals.organization === "too_many_workspaces"
            ? "You have reached the maximum number of workspaces per person. Delete one, or ask the people who run this Atelier."
            : "Your account may not create workspaces here. Ask the people who run this Atelier for one, or an Admin for an invitation."}
        </SplitTitle>
        <LinkButton href="/welcome" full>
          Back
        </LinkButton>
      </Split>
    );
  return (
    <Split corner={corner}>
      <SplitTitle title="Create a workspace">It holds members, API keys and models. You will be its Admin.</SplitTitle>
      <Form action={createWorkspace}>
        <HiddenFields values={{ creationKey: randomUUID() }} />
        <TextField
          label="Workspace name"
          name="name"
          autoComplete="organization"
          placeholder="Acme Research"
          maxLength={60}
          autoFocus
          required
        />
        <ChoiceField
          label="Who is it for?"
          name="kind"
          defaultValue={refusals.organization ? "personal" : "organization"}
          choices={[
            {
              value: "organization",
              label: "For my organization",
              description: "Invite others, give each a role, share keys and models.",
              icon: <Building2 />,
            },
            {
              value: "personal",
              label: "For myself",
              description: "A workspace for you alone. You can have one.",
              icon: <UserRound />,
            },
          ].filter(({ value }) => !refusals[value as "organization" | "personal"])}
        />
        <SubmitButton size="lg" full pendingLabel="Creating the workspace…">
          Create workspace
        </SubmitButton>
        <LinkButton href="/welcome" variant="ghost" full>
          Back
        </LinkButton>
      </Form>
    </Split>
  );
}
