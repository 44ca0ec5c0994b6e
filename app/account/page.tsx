import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { ThemeSwitch } from "@/app/_ui/theme-switch";
import { PlainPage } from "@/app/plain-page";
import { api } from "@/server/api/caller";
import { updateProfile } from "./actions";
import { DeleteAccount } from "./delete-account";
import { DeletedWorkspaces } from "./deleted-workspaces";
import { Providers } from "./providers";
import { Sessions } from "./sessions";
import { Workspaces } from "./workspaces";

export const metadata: Metadata = { title: "Account settings" };

const news: Record<string, string> = {
  left: "You left the workspace.",
  deleted: "The workspace is deleted. You find it under “Deleted workspaces” while it can be restored.",
};

type Props = {
  searchParams: Promise<{ dialog?: string; workspace?: string; done?: string; q?: string; after?: string }>;
};

export default async function Account({ searchParams }: Props) {
  const query = await searchParams;
  const { account, workspaces } = await api();
  const [person, providers, sessions, mine, recent, deleted, plan] = await Promise.all([
    account.get(),
    account.providers(),
    account.sessions(),
    workspaces.list({ ...(query.q ? { search: query.q } : {}), ...(query.after ? { after: query.after } : {}) }),
    workspaces.recent(),
    workspaces.restorable(),
    query.dialog === "delete" ? account.deletionPlan() : null,
  ]);
  return (
    <PlainPage>
      <Flash message={news[query.done ?? ""]} />
      {query.done === "not-linked" && (
        <Notice tone="warning" className="mb-6">
          The provider could not be linked. Somebody else here may have linked the same account.
        </Notice>
      )}
      <PageHeader title="Account settings" purpose={`You are signed in as ${person.email}.`} />
      <div className="flex flex-col gap-6">
        <Card title="Profile" description="What others see in the workspaces you share.">
          <Form action={updateProfile}>
            <TextField
              label="Your name"
              name="name"
              defaultValue={person.name}
              maxLength={60}
              autoComplete="name"
              required
            />
            <div>
              <SubmitButton pendingLabel="Saving…">Save</SubmitButton>
            </div>
          </Form>
        </Card>

        <Card title="Appearance" description="For this browser." action={<ThemeSwitch />} />

        <Workspaces page={mine} total={recent.total} query={query} />

        <DeletedWorkspaces rows={deleted} />

        {providers.length > 0 && <Providers rows={providers} />}

        <Sessions rows={sessions} />

        <DeleteAccount email={person.email} plan={plan} />
      </div>
    </PlainPage>
  );
}
