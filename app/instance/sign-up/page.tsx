import type { Metadata } from "next";
import { plainMoney } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { CreatorsCard, DefaultsCard, SignUpCard } from "./cards";

export const metadata: Metadata = { title: "Sign-up" };

export default async function SignUp() {
  const { namedOperators, ...settings } = await (await api()).instance.settings();
  const typed = (value: number | null) => (value === null ? "" : String(value));
  const money = (value: number | null) => (value === null ? "" : plainMoney(value));
  return (
    <>
      <PageHeader
        title="Sign-up"
        purpose="Who may sign up, who may create workspaces, and the settings of a new workspace."
      />
      <div className="flex flex-col gap-6">
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
          values={{
            newCeiling: money(settings.newCeiling),
            personalCeiling: money(settings.personalCeiling),
            newRequestsPerMinute: typed(settings.newRequestsPerMinute),
            newTokensPerMinute: typed(settings.newTokensPerMinute),
            newMaximumKeyDays: settings.newMaximumKeyDays === null ? "none" : String(settings.newMaximumKeyDays),
            newKeyCreators: settings.newKeyCreators,
          }}
        />
      </div>
    </>
  );
}
