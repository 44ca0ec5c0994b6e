import type { Route } from "next";
import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { formatCountUpTo, formatNumber } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";
import { mostCounted } from "@/server/keys/list/input";
import { MoreLink } from "./more-link";

type Keys = Outputs["workspaces"]["overview"]["keys"];

/** The maximum of listed keys, so that the card is not longer than the one beside it. */
const most = 6;

/** Lists the keys that have failing requests or expire soon, and counts the other keys. */
export function KeysCard({ slug, keys }: { slug: string; keys: Keys }) {
  const isQuiet = keys.failing.length + keys.ending.length === 0;
  const failing = keys.failing.slice(0, Math.max(most / 2, most - keys.ending.length));
  const ending = keys.ending.slice(0, most - failing.length);
  return (
    <Card
      title="API keys"
      description={formatCountUpTo(keys.live, mostCounted, "live key")}
      isFlush
      action={<MoreLink href={`/w/${slug}/keys`}>All keys</MoreLink>}
    >
      {isQuiet ? (
        <p className="px-4 py-4 text-ink-soft md:px-5">No key has failing requests or expires within 14 days.</p>
      ) : (
        <ul className="divide-y divide-hairline">
          {failing.map(({ id, name, requests, errors }) => (
            <Item key={`failing ${id}`} name={name} href={`/w/${slug}/usage?range=24h&key=${id}`} tone="text-danger">
              {formatNumber(errors)} of {formatNumber(requests)} requests failed in 24 hours
            </Item>
          ))}
          {ending.map(({ id, name, expiresAt }) => (
            <Item key={`ending ${id}`} name={name} href={`/w/${slug}/keys/view/${id}`} tone="text-warning">
              Ends <RelativeTime date={expiresAt} />
            </Item>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Item({
  name,
  href,
  tone,
  children,
}: {
  name: string;
  href: string;
  tone: "text-danger" | "text-warning";
  children: ReactNode;
}) {
  return (
    <li>
      <Link
        href={href as Route}
        className="block px-4 py-2.5 transition-colors hover:bg-sunken/45 focus-visible:-outline-offset-2 md:px-5"
      >
        <span className="wrap-anywhere block font-medium">{name}</span>
        <span className={`block text-[0.8125rem] ${tone}`}>{children}</span>
      </Link>
    </li>
  );
}
