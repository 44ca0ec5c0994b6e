"use client";

import type { z } from "zod";
import { expiredMemberKeys, keptResponses, keyCreators, keyLifetimes } from "@/app/_shared/key-policy";
import { AmountField, CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { SettingForm } from "@/app/_ui/setting-form";
import { roleText } from "@/server/access/permissions";
import type {
  setDefaults as defaultsInput,
  setPersonalDefaults as personalInput,
} from "@/server/instance/sign-up/input";
import { defaultRoles } from "@/server/workspaces/policy/input";
import { AllowanceFields } from "../_allowance/fields";
import { setDefaults, setPersonalDefaults } from "../actions";

const roles = defaultRoles.map((role) => ({ value: role, label: roleText[role].name }));

/** The field values of a form, by the names of its fields. */
type Typed<Input extends z.ZodType> = Record<keyof z.input<Input>, string>;

/** `servers`: the names of the available model servers. */
type Common = { currency: string; servers: string[] };

/** Draws the form for the settings of new workspaces of organizations. */
export function DefaultsCard({ currency, servers, values }: Common & { values: Typed<typeof defaultsInput> }) {
  const field = (name: keyof typeof values) => ({ name, defaultValue: values[name] });
  return (
    <Card
      id="new-workspaces"
      title="New workspaces"
      description="The initial settings of new organization workspaces. Only operators can change their ceilings and models; their Admins can change the other settings. Existing workspaces are not affected."
    >
      <SettingForm saves="settings of new workspaces" action={setDefaults}>
        <div className="grid gap-4 sm:grid-cols-2">
          <AmountField
            label="Ceiling per month"
            {...field("newCeiling")}
            currency={currency}
            placeholder="No ceiling"
          />
          <CountField label="Ceiling of members" {...field("newMostMembers")} placeholder="No ceiling" />
          <UseCeilings
            requests={field("newMostRequestsPerMinute")}
            tokens={field("newMostTokensPerMinute")}
            keys={field("newMostKeys")}
            files={field("newMostFileMegabytes")}
          />
          <CountField label="Seats" {...field("newSeats")} placeholder="No limit" />
          <CountField label="Requests per minute" {...field("newRequestsPerMinute")} placeholder="No limit" />
          <CountField label="Tokens per minute" {...field("newTokensPerMinute")} placeholder="No limit" />
          <SelectField label="Maximum lifetime of keys" {...field("newMaximumKeyDays")} options={keyLifetimes} />
          <SelectField label="Who may create keys" {...field("newKeyCreators")} options={keyCreators} />
          <SelectField
            label="Keys of members who leave"
            {...field("newExpiredMemberKeyAction")}
            options={expiredMemberKeys}
          />
          <SelectField label="Default role of new members" {...field("newDefaultRole")} options={roles} />
          <SelectField label="Keep responses for" {...field("newResponseDays")} options={keptResponses} />
        </div>
        <AllowanceFields models={field("newModels")} providers={field("newProviders")} servers={servers} />
      </SettingForm>
    </Card>
  );
}

/** Draws the form for the settings of new personal workspaces. */
export function PersonalDefaultsCard({ currency, servers, values }: Common & { values: Typed<typeof personalInput> }) {
  const field = (name: keyof typeof values) => ({ name, defaultValue: values[name] });
  return (
    <Card
      id="new-personal-workspaces"
      title="New personal workspaces"
      description="The initial settings of new personal workspaces. Only operators can change their ceilings and models. Existing workspaces are not affected."
    >
      <SettingForm saves="settings of personal workspaces" action={setPersonalDefaults}>
        <div className="grid gap-4 sm:grid-cols-2">
          <AmountField
            label="Ceiling per month"
            {...field("personalCeiling")}
            currency={currency}
            placeholder="No ceiling"
          />
          <UseCeilings
            requests={field("personalMostRequestsPerMinute")}
            tokens={field("personalMostTokensPerMinute")}
            keys={field("personalMostKeys")}
            files={field("personalMostFileMegabytes")}
          />
          <SelectField label="Maximum lifetime of keys" {...field("personalMaximumKeyDays")} options={keyLifetimes} />
          <CountField label="Requests per minute" {...field("personalRequestsPerMinute")} placeholder="No limit" />
          <CountField label="Tokens per minute" {...field("personalTokensPerMinute")} placeholder="No limit" />
          <SelectField label="Keep responses for" {...field("personalResponseDays")} options={keptResponses} />
        </div>
        <AllowanceFields models={field("personalModels")} providers={field("personalProviders")} servers={servers} />
      </SettingForm>
    </Card>
  );
}

type Field = { name: string; defaultValue: string };

/** Draws the fields for the maximum that a workspace may use and have, whatever its Admins set. */
function UseCeilings({ requests, tokens, keys, files }: Record<"requests" | "tokens" | "keys" | "files", Field>) {
  const none = { placeholder: "No ceiling" };
  return (
    <>
      <CountField label="Ceiling of requests per minute" {...requests} {...none} />
      <CountField label="Ceiling of tokens per minute" {...tokens} {...none} />
      <CountField label="Ceiling of keys" {...keys} {...none} />
      <CountField label="Ceiling of files, in MB" {...files} {...none} />
    </>
  );
}
