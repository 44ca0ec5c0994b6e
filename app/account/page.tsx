import type { Metadata } from "next";
import { PlainPage } from "@/app/_shared/plain-page";
import { providerWords } from "@/app/_shared/provider-words";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { ThemeSwitch } from "@/app/_ui/theme-switch";
import { api } from "@/server/composition/caller";
import { updateProfile } from "./actions";
import { DeleteAccount } from "./delete-account";
import { DeletedWorkspaces } from "./deleted-workspaces";
import { EmailAddress } from "./email-address";
import { Mails } from "./mails";
import { Passkeys } from "./passkeys";
import { Picture } from "./picture";
import { Providers } from "./providers";
import { Sessions } from "./sessions";
import { Workspaces } from "./workspaces";
import { YourData } from "./your-data";

export const metadata: Metadata = { title: "Account settings" };

type Props = {
  searchParams: Promise<{
    dialog?: string;
    workspace?: string;
    passkey?: string;
    done?: string;
    failure?: string;
    provider?: string;
    q?: string;
    after?: string;
  }>;
};

const done = new Map(
  Object.entries({
    left: "You left the workspace.",
    deleted: "The workspace is deleted. You find it under “Deleted workspaces” while it can be restored.",
    address: "Your address was changed. Every other browser was signed out.",
    "signed-out": "That browser was signed out.",
    "passkey-renamed": "Renamed.",
    "passkey-removed": "The passkey was removed.",
  }),
);

export default async function Account({ searchParams }: Props) {
  const query = await searchParams;
  const { account, passkeys, workspaces } = await api();
  const [person, pending, keys, mails, providers, sessions, mine, recent, deleted, plan] = await Promise.all([
    account.get(),
    account.pendingEmail(),
    passkeys.list(),
    account.mails(),
    account.providers(),
    account.sessions(),
    workspaces.list({ ...(query.q ? { search: query.q } : {}), ...(query.after ? { after: query.after } : {}) }),
    workspaces.recent(),
    workspaces.restorable(),
    query.dialog === "delete" ? account.deletionPlan() : null,
  ]);
  const failed = providerWords(query.failure, providers, query.provider);
  return (
    <PlainPage>
      <Flash news={done} done={query.done} />
      {failed && (
        <Notice
          tone={failed.tone}
          className="mb-6"
          action={
            query.failure === "sign_in_again" && (
              <a href="/sign-in?notice=again&callbackUrl=/account" className="underline underline-offset-2">
                Sign in again
              </a>
            )
          }
        >
          {failed.text}
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

        <Picture person={person} />

        <EmailAddress email={person.email} pending={pending} />

        <Card title="Appearance" description="For this browser." action={<ThemeSwitch />} />

        <Workspaces page={mine} total={recent.total} query={query} />

        <DeletedWorkspaces rows={deleted} />

        {providers.length > 0 && <Providers rows={providers} />}

        {(keys.isPossible || keys.rows.length > 0) && <Passkeys {...keys} query={query} />}

        <Sessions rows={sessions} hasLinked={providers.some(({ isLinked }) => isLinked)} />

        <Mails wanted={mails} />

        <YourData />

        <DeleteAccount email={person.email} plan={plan} />
      </div>
    </PlainPage>
  );
}
