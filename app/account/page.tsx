import type { Metadata } from "next";
import { PlainPage } from "@/app/_shared/plain-page";
import { providerWords } from "@/app/_shared/provider-words";
import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { SectionedPage, type SectionGroup } from "@/app/_ui/section-index";
import { SettingForm } from "@/app/_ui/setting-form";
import { ThemeSwitch } from "@/app/_ui/theme-switch";
import { api } from "@/server/composition/caller";
import { updateProfile } from "./actions";
import { DeleteAccount } from "./delete-account";
import { DeletedWorkspaces } from "./deleted-workspaces";
import { EmailAddress } from "./email-address";
import { FormatsCard } from "./formats-card";
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
    deleted: "The workspace was deleted. It is listed under “Deleted workspaces” as long as it can be restored.",
    address: "Your address was changed. All your other browsers were signed out.",
    "signed-out": "That browser was signed out.",
    unlinked: "Unlinked.",
    "passkey-renamed": "Renamed.",
    "passkey-removed": "The passkey was removed.",
  }),
);

export default async function Account({ searchParams }: Props) {
  const query = await searchParams;
  const { account, passkeys, workspaces } = await api();
  const [person, formats, pending, keys, mails, providers, sessions, mine, recent, deleted, plan] = await Promise.all([
    account.get(),
    account.formats(),
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
  const hasPasskeys = keys.isPossible || keys.rows.length > 0;
  const failed = providerWords(query.failure, providers, query.provider);
  return (
    <PlainPage isWide>
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
      <SectionedPage
        groups={groupsOf({ hasProviders: providers.length > 0, hasPasskeys, hasDeleted: deleted.length > 0 })}
      >
        <Card id="profile" title="Profile" description="What other members of your workspaces see.">
          <SettingForm action={updateProfile} saves="name">
            <TextField
              label="Your name"
              name="name"
              defaultValue={person.name}
              maxLength={60}
              autoComplete="name"
              required
            />
          </SettingForm>
        </Card>

        <Picture person={person} />

        <Card id="appearance" title="Appearance" description="For this browser." action={<ThemeSwitch />} />

        <FormatsCard {...formats} />

        <EmailAddress email={person.email} pending={pending} />

        {providers.length > 0 && <Providers rows={providers} query={query} />}

        {hasPasskeys && <Passkeys {...keys} query={query} />}

        <Sessions
          rows={sessions}
          hasLinked={providers.some(({ isLinked }) => isLinked)}
          ending={[...new Set(providers.filter(({ isLater }) => isLater).flatMap(({ workspaces }) => workspaces))]}
          dialog={query.dialog}
        />

        <Mails wanted={mails} />

        <Workspaces page={mine} total={recent.total} query={query} />

        <DeletedWorkspaces rows={deleted} />

        <YourData />

        <DeleteAccount email={person.email} plan={plan} />
      </SectionedPage>
    </PlainPage>
  );
}

type Shown = { hasProviders: boolean; hasPasskeys: boolean; hasDeleted: boolean };

/** Returns the index of the sections that the page has. */
function groupsOf({ hasProviders, hasPasskeys, hasDeleted }: Shown): SectionGroup[] {
  const section = (id: string, label: string, isShown = true) => (isShown ? [{ id, label }] : []);
  return [
    {
      label: "You",
      sections: [
        ...section("profile", "Profile"),
        ...section("picture", "Picture"),
        ...section("appearance", "Appearance"),
        ...section("formats", "Time and formats"),
      ],
    },
    {
      label: "Signing in",
      sections: [
        ...section("email", "E-mail address"),
        ...section("providers", "Sign-in providers", hasProviders),
        ...section("passkeys", "Passkeys", hasPasskeys),
        ...section("sessions", "Signed-in browsers"),
      ],
    },
    { label: "Notifications", sections: section("mails", "E-mails") },
    {
      label: "Workspaces",
      sections: [
        ...section("workspaces", "Workspaces"),
        ...section("deleted-workspaces", "Deleted workspaces", hasDeleted),
      ],
    },
    { label: "Your data", sections: [...section("data", "Your data"), ...section("delete", "Delete account")] },
  ];
}
