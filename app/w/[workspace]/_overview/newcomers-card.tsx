import { memberAvatarSrc } from "@/app/_shared/avatar-src";
import { Avatar } from "@/app/_ui/avatar";
import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";
import { MoreLink } from "./more-link";

type Overview = Outputs["workspaces"]["overview"];

/** Lists the members who joined in the last 30 days. */
export function NewcomersCard({
  slug,
  members,
  newcomers,
}: { slug: string } & Pick<Overview, "members" | "newcomers">) {
  return (
    <Card
      title="Joined lately"
      description={formatCount(members, "member")}
      isFlush
      action={<MoreLink href={`/w/${slug}/members`}>All members</MoreLink>}
    >
      {newcomers.length === 0 ? (
        <p className="px-4 py-4 text-ink-soft md:px-5">No new members in the last 30 days.</p>
      ) : (
        <ul className="divide-y divide-hairline">
          {newcomers.map((person) => (
            <li key={person.userId} className="flex items-center gap-3 px-4 py-2.5 md:px-5">
              <Avatar name={person.name} src={memberAvatarSrc(slug, person)} size="sm" />
              <span className="min-w-0 flex-1">
                <span className="wrap-anywhere block font-medium">{person.name}</span>
                <span className="block text-[0.8125rem] text-ink-soft">
                  {roleText[person.role].name} · <RelativeTime date={person.joinedAt} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
