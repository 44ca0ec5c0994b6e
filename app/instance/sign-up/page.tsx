import type { Metadata } from "next";
import { plainMoney } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { SectionedPage } from "@/app/_ui/section-index";
import { api } from "@/server/composition/caller";
import { AbuseCard } from "./abuse-card";
import { CreatorsCard, SignUpCard } from "./cards";
import { DefaultsCard, PersonalDefaultsCard } from "./defaults-cards";

export const metadata: Metadata = { title: "Sign-up" };

const groups = [
  {
    label: "People",
    sections: [
      { id: "sign-up", label: "Who may sign up" },
      { id: "creators", label: "Who may create workspaces" },
    ],
  },
  {
    label: "New workspaces",
    sections: [
      { id: "new-workspaces", label: "Of organizations" },
      { id: "new-personal-workspaces", label: "Personal" },
    ],
  },
  { label: "Protection", sections: [{ id: "abuse", label: "Limits against abuse" }] },
];

export default async function SignUp() {
  const { instance } = await api();
  const [{ namedOperators, ...settings }, caps] = await Promise.all([instance.settings(), instance.abuseCaps()]);
  const typed = (value: number | null) => (value === null ? "" : String(value));
  const lines = (list: string[] | null) => list?.join("\n") ?? "";
  const days = (value: number | null) => (value === null ? "none" : String(value));
  const money = (value: number | null) => (value === null ? "" : plainMoney(value));
  return (
    <>
      <PageHeader
        title="Sign-up"
        purpose="Who may sign up, who may create workspaces, the settings of a new workspace, and limits against abuse."
      />
      <SectionedPage groups={groups}>
        {namedOperators.length > 0 && (
          <Notice role="note" title="Set by OPERATORS">
            {namedOperators.join(", ")} may always sign up, and become operators when they sign in.
          </Notice>
        )}
        <SignUpCard signUp={settings.signUp} domains={settings.signUpDomains.join(", ")} />
        <CreatorsCard
          creators={settings.workspaceCreators}
          domains={settings.creatorDomains.join(", ")}
          mostPerPerson={typed(settings.workspacesPerPerson)}
          personal={settings.arePersonalAllowed ? "allowed" : "closed"}
        />
        <DefaultsCard
          currency={settings.currency}
          servers={settings.servers}
          values={{
            newCeiling: money(settings.newCeiling),
            newMostRequestsPerMinute: typed(settings.newMostRequestsPerMinute),
            newMostTokensPerMinute: typed(settings.newMostTokensPerMinute),
            newMostKeys: typed(settings.newMostKeys),
            newMostMembers: typed(settings.newMostMembers),
            newMostFileMegabytes: typed(settings.newMostFileMegabytes),
            newSeats: typed(settings.newSeats),
            newRequestsPerMinute: typed(settings.newRequestsPerMinute),
            newTokensPerMinute: typed(settings.newTokensPerMinute),
            newMaximumKeyDays: days(settings.newMaximumKeyDays),
            newKeyCreators: settings.newKeyCreators,
            newExpiredMemberKeyAction: settings.newExpiredMemberKeyAction,
            newDefaultRole: settings.newDefaultRole,
            newResponseDays: days(settings.newResponseDays),
            newModels: lines(settings.newModels),
            newProviders: lines(settings.newProviders),
          }}
        />
        <PersonalDefaultsCard
          currency={settings.currency}
          servers={settings.servers}
          values={{
            personalCeiling: money(settings.personalCeiling),
            personalMostRequestsPerMinute: typed(settings.personalMostRequestsPerMinute),
            personalMostTokensPerMinute: typed(settings.personalMostTokensPerMinute),
            personalMostKeys: typed(settings.personalMostKeys),
            personalMostFileMegabytes: typed(settings.personalMostFileMegabytes),
            personalRequestsPerMinute: typed(settings.personalRequestsPerMinute),
            personalTokensPerMinute: typed(settings.personalTokensPerMinute),
            personalMaximumKeyDays: days(settings.personalMaximumKeyDays),
            personalResponseDays: days(settings.personalResponseDays),
            personalModels: lines(settings.personalModels),
            personalProviders: lines(settings.personalProviders),
          }}
        />
        <AbuseCard caps={caps} />
      </SectionedPage>
    </>
  );
}
