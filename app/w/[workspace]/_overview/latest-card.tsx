import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatDuration, formatMoney } from "@/app/_ui/format";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";
import { MoreLink } from "./more-link";

type Props = {
  slug: string;
  currency: string;
  requests: Outputs["workspaces"]["overview"]["latest"];
};

/** Lists the newest requests, two lines each. */
export function LatestCard({ slug, currency, requests }: Props) {
  return (
    <Card title="Latest requests" isFlush action={<MoreLink href={`/w/${slug}/usage#requests`}>All requests</MoreLink>}>
      {requests.length === 0 ? (
        <p className="px-4 py-5 text-ink-soft md:px-5">None in the last 14 days.</p>
      ) : (
        <ul className="divide-y divide-hairline">
          {requests.map(({ id, model, status, errorCode, keyName, totalMs, cost, at }) => (
            <li key={id} className="flex items-start justify-between gap-4 px-4 py-2.5 md:px-5">
              <div className="min-w-0">
                <p className="wrap-anywhere line-clamp-2 font-medium" title={model}>
                  {model}
                </p>
                <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">
                  <RelativeTime date={at} />
                  {keyName && ` · ${keyName}`}
                  {errorCode && ` · ${errorCode}`}
                </p>
              </div>
              <div className="flex shrink-0 flex-col items-end gap-0.5">
                <Badge tone={status < 400 ? "success" : "danger"}>{status}</Badge>
                <p className="figures whitespace-nowrap text-[0.8125rem] text-ink-soft">
                  {formatMoney(cost, currency)} · {formatDuration(totalMs)}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
