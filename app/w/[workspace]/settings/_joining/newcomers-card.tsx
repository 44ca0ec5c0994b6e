import { CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { formatCount, formatNumber } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { SettingForm, SettingPair } from "@/app/_ui/setting-form";
import { roleText } from "@/server/access/permissions";
import { defaultRoles } from "@/server/workspaces/policy/input";
import { setDefaultRole, setSeats } from "../actions";

const roles = defaultRoles.map((role) => ({ value: role, label: roleText[role].name, hint: roleText[role].purpose }));

type Props = {
  slug: string;
  defaultRole: string;
  seats: number | null;
  mostMembers: number | null;
  memberCount: number;
};

/** Draws the settings for new members: their role, and how many there may be. */
export function NewcomersCard({ slug, defaultRole, seats, mostMembers, memberCount }: Props) {
  return (
    <Card
      id="newcomers"
      title="New members"
      description={
        seats === null
          ? `${formatCount(memberCount, "member")}, and room for ${mostMembers === null ? "any number" : `at most ${formatNumber(mostMembers)}`}.`
          : `${memberCount} of ${formatCount(seats, "seat")} taken. You can send more invitations than seats: the first to accept get the seats.`
      }
    >
      <SettingPair>
        <SettingForm action={setDefaultRole} saves="default role" aria-label="Default role">
          <HiddenFields values={{ workspace: slug }} />
          <SelectField key={defaultRole} label="Default role" name="role" defaultValue={defaultRole} options={roles} />
        </SettingForm>
        <SettingForm action={setSeats} saves="seats" aria-label="Seats">
          <HiddenFields values={{ workspace: slug }} />
          <CountField
            key={seats}
            label="Seats"
            name="seats"
            defaultValue={seats ?? ""}
            hint={
              mostMembers === null ? (
                "How many members there may be. Empty: no limit."
              ) : (
                <>
                  How many members there may be. The people who run this Atelier allow at most{" "}
                  {formatNumber(mostMembers)}.{" "}
                  <Link
                    href={`/w/${slug}/limits?of=ceiling&measure=members#more`}
                    className="underline underline-offset-2"
                  >
                    Ask for more
                  </Link>
                </>
              )
            }
            optional
          />
        </SettingForm>
      </SettingPair>
    </Card>
  );
}
