import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { CopyField } from "@/app/_ui/copy-field";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { RelativeTime } from "@/app/_ui/time";
import { type Role, roleText } from "@/server/access/permissions";
import { createInviteLink, endInviteLink } from "../actions";

type Open = {
  url: string | null;
  role: Role;
  uses: number;
  maxUses: number;
  domain: string | null;
  expiresAt: Date;
  isExpired: boolean;
};

const roles = (["developer", "billing", "viewer"] as const).map((role) => ({
  value: role,
  label: roleText[role].name,
  hint: roleText[role].purpose,
}));

/** Draws the invite link: what it offers and its address, or the form that switches one on. */
export function InviteLinkCard({ slug, link }: { slug: string; link: Open | null }) {
  return (
    <Card
      id="invite-link"
      title="Invite link"
      description="One link for several people, to share by chat or on paper. It works without e-mail and never gives the Admin role."
    >
      {link && (
        <div className="mb-6 flex flex-col gap-4 border-hairline border-b pb-6">
          <p className="flex flex-wrap items-center gap-2 text-ink-soft">
            {isSpent(link) ? <Badge tone="warning">Used up</Badge> : <Badge tone="success">On</Badge>}
            <span>
              Joins as {roleText[link.role].name}, used {link.uses} of {link.maxUses} times
              {link.domain && `, only ${link.domain} addresses`}, {link.isExpired ? "expired" : "expires"}{" "}
              <RelativeTime date={link.expiresAt} />
            </span>
          </p>
          {link.url ? (
            <CopyField label="Invite link" value={link.url} buttonLabel="Copy invite link" />
          ) : (
            <Notice tone="warning" role="note">
              The link cannot be shown: AUTH_SECRET was changed since it was made. It still works; replace it to get one
              that can be copied.
            </Notice>
          )}
          <Form action={endInviteLink}>
            <HiddenFields values={{ workspace: slug }} />
            <div>
              <SubmitButton variant="secondary" pendingLabel="Switching off…">
                Switch off
              </SubmitButton>
            </div>
          </Form>
        </div>
      )}
      <Form action={createInviteLink}>
        <HiddenFields values={{ workspace: slug }} />
        <div className="grid gap-4 md:grid-cols-2">
          <SelectField label="Role" name="role" defaultValue="developer" options={roles} />
          <TextField
            label="Only addresses at"
            name="domain"
            optional
            placeholder="company.com"
            autoComplete="off"
            spellCheck={false}
          />
          <TextField
            label="How many people"
            name="maxUses"
            type="number"
            min={1}
            max={1000}
            defaultValue="10"
            required
          />
          <TextField label="For how many days" name="days" type="number" min={1} max={90} defaultValue="7" required />
        </div>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Making the link…">
            {link ? "Replace the link" : "Switch on"}
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

const isSpent = ({ uses, maxUses, isExpired }: Open) => isExpired || uses >= maxUses;
