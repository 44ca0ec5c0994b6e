"use client";

import { CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { formatNumber } from "@/app/_ui/format";
import { SettingForm } from "@/app/_ui/setting-form";
import type { CapName } from "@/server/instance/sign-up/input";
import { setAbuseCaps } from "../actions";

type Cap = {
  name: CapName;
  default: number;
  seconds: number;
  least: number;
  most: number;
  set: number | null;
  used: number | null;
};

const groups: { title: string; caps: Partial<Record<CapName, string>> }[] = [
  {
    title: "Sign-in links",
    caps: {
      "sign-in-mail": "To one address",
      "sign-in-mail-day": "To one address, in a day",
      "sign-in-client": "Requested by one IP address",
      "sign-in-domain": "To one domain",
      "sign-in-instance": "In all",
    },
  },
  {
    title: "New accounts",
    caps: { accounts: "In total, without invited people" },
  },
  {
    title: "New accounts: invitations to other domains",
    caps: {
      "strangers-new-person": "By one new account",
      "strangers-new-client": "By new accounts of one IP address",
      "strangers-new-domain": "By new accounts, to one domain",
      "strangers-new-instance": "By all new accounts",
    },
  },
  {
    title: "Invitations",
    caps: {
      invitations: "By one person",
      "listed-invitations": "By one person, from a list",
      "invitations-recipient": "To one address, by all workspaces",
      "invitation-mail": "To one address, by one workspace",
      "strangers-instance": "To other domains, by all other accounts",
    },
  },
  {
    title: "Workspaces",
    caps: { workspaces: "Created by one person", joins: "Joined by one person" },
  },
];

/** Draws the form for the limits against abuse, with the present use of the shared ones. */
export function AbuseCard({ caps }: { caps: Cap[] }) {
  const byName = new Map(caps.map((cap) => [cap.name, cap]));
  return (
    <Card
      id="abuse"
      title="Limits against abuse"
      description="How often accounts and addresses may trigger e-mail, invitations and workspaces. Each number is the maximum at once, and it is refilled over the given time. Empty: the default."
    >
      <SettingForm saves="limits against abuse" action={setAbuseCaps}>
        {groups.map((group) => (
          <fieldset key={group.title} className="mb-2">
            <legend className="mb-2 font-medium">{group.title}</legend>
            <div className="grid gap-4 sm:grid-cols-2">
              {(Object.entries(group.caps) as [CapName, string][]).map(([name, label]) => {
                const cap = byName.get(name);
                return (
                  cap && (
                    <CountField
                      key={name}
                      label={label}
                      name={name}
                      defaultValue={cap.set ?? ""}
                      placeholder={formatNumber(cap.default)}
                      hint={hintOf(cap)}
                    />
                  )
                );
              })}
            </div>
          </fieldset>
        ))}
      </SettingForm>
    </Card>
  );
}

function hintOf({ seconds, least, most, used }: Cap): string {
  const bounds = `Per ${spanOf(seconds)}. From ${formatNumber(least)} to ${formatNumber(most)}.`;
  return used === null ? bounds : `${bounds} ${formatNumber(used)} used now.`;
}

function spanOf(seconds: number): string {
  if (seconds === 86_400) return "day";
  if (seconds === 3_600) return "hour";
  return seconds > 3_600 ? `${seconds / 3_600} hours` : `${seconds / 60} minutes`;
}
