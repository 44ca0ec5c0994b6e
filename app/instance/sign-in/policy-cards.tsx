"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectField } from "@/app/_ui/field";
import { formatCount } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";
import type { Outputs } from "@/server/composition/outputs";
import { idleChoices, lifeChoices } from "@/server/instance/sign-in/policy/input";
import { setMailLink, setRequiredPasskeys, setSessionLengths } from "./actions";

type Policy = Outputs["instance"]["signInPolicy"];

/** Draws the form for the people for whom passkeys are required. */
export function PasskeysCard({ policy }: { policy: Policy }) {
  const { arePasskeysPossible, hasBreakGlass, passkeysRequiredOf } = policy;
  return (
    <Card
      title="Required passkeys"
      description="People must use a passkey before a session gives access. People without a passkey are asked to add one first. People who must use a provider, and the break-glass operator, are exempt."
    >
      <SettingForm action={setRequiredPasskeys} saves="required passkeys">
        {!arePasskeysPossible && (
          <Notice role="note">Passkeys work only on a host name with https, and APP_URL is not such an address.</Notice>
        )}
        {arePasskeysPossible && !hasBreakGlass && (
          <Notice role="note">
            Choose a break-glass operator first, who can still sign in when a passkey is lost.
          </Notice>
        )}
        <ChoiceField
          label="Required for"
          name="passkeysRequiredOf"
          defaultValue={passkeysRequiredOf}
          columns={2}
          choices={[
            { value: "none", label: "None", description: "A passkey is one of several ways to sign in." },
            { value: "operators", label: "Operators", description: "The people who run this instance." },
            {
              value: "admins",
              label: "Operators and Admins",
              description: "Including Admins of organization workspaces.",
            },
            { value: "all", label: "All people", description: "Every person with an account." },
          ]}
        />
      </SettingForm>
    </Card>
  );
}

/** Draws the form that turns mailed links on and off. */
export function MailLinkCard({ policy }: { policy: Policy }) {
  const { byMailOnly, hasOtherWay, hasProvider, isMailLinkOn } = policy;
  const count =
    byMailOnly >= 1_000
      ? "At least 1,000 people have"
      : `${formatCount(byMailOnly, "person", "people")} ${byMailOnly === 1 ? "has" : "have"}`;
  return (
    <Card
      title="Mailed links"
      description="When links are off, people can sign in only with a passkey or a provider. Existing sessions stay signed in."
    >
      <SettingForm action={setMailLink} saves="mailed links">
        {isMailLinkOn && !hasOtherWay && (
          <Notice role="note">
            Before you turn links off, sign in with a passkey or a provider. This makes sure that you can sign in again.
          </Notice>
        )}
        <Notice tone={isMailLinkOn && byMailOnly === 0 ? "info" : "warning"} role="note">
          {count} neither a passkey nor a provider, and can sign in only by mailed link.
          {!hasProvider && " New people could not sign up without mailed links: no provider is enabled."}
        </Notice>
        <ChoiceField
          label="Sign-in links by e-mail"
          name="mailLink"
          defaultValue={isMailLinkOn ? "on" : "off"}
          columns={2}
          choices={[
            {
              value: "on",
              label: "On",
              description: "A person with access to another person's mail can sign in as them.",
            },
            { value: "off", label: "Off", description: "No links are sent, and links sent before no longer work." },
          ]}
        />
      </SettingForm>
    </Card>
  );
}

/** Draws the form for how long sessions last. */
export function SessionsCard({ policy }: { policy: Policy }) {
  return (
    <Card
      title="Sessions"
      description="Applies to existing sessions too, from their next request on. API keys are not affected."
    >
      <SettingForm action={setSessionLengths} saves="session lengths">
        <SelectField
          label="An unused session ends after"
          name="idleMinutes"
          defaultValue={String(policy.sessionIdleMinutes)}
          options={options(idleChoices, policy.sessionIdleMinutes)}
        />
        <SelectField
          label="A session ends at the latest after"
          name="lifeMinutes"
          defaultValue={String(policy.sessionLifeMinutes)}
          options={options(lifeChoices, policy.sessionLifeMinutes)}
        />
      </SettingForm>
    </Card>
  );
}

function options(choices: readonly string[], set: number) {
  const values = choices.includes(String(set)) ? choices : [...choices, String(set)];
  return values.map((value) => ({ value, label: inWords(Number(value)) }));
}

function inWords(minutes: number): string {
  if (minutes % 1_440 === 0) return formatCount(minutes / 1_440, "day");
  return minutes % 60 === 0 ? formatCount(minutes / 60, "hour") : formatCount(minutes, "minute");
}
