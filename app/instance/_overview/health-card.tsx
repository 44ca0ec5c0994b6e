import type { ReactNode } from "react";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";

type Overview = Outputs["instance"]["overview"];
type Props = Pick<
  Overview,
  "database" | "standby" | "mail" | "servers" | "trainings" | "computedAt" | "attention" | "version" | "news"
>;

const standbyStates = {
  starting: "Not checked yet",
  used: "Answers reports, exports and audit logs",
  behind: "More than 5 seconds behind: not used, the primary answers",
  promoted: "No longer a standby: not used, the primary answers",
  "of another server": "It is a standby of another server: not used, the primary answers",
  unreachable: "Cannot be reached: the primary answers",
} satisfies Record<NonNullable<Overview["standby"]>["state"], string>;

/** Draws the state of the instance's parts, and its version with the newest entries of its changelog. */
export function HealthCard({
  database,
  standby,
  mail,
  servers,
  trainings,
  computedAt,
  attention,
  version,
  news,
}: Props) {
  return (
    <Card title="Health">
      <dl className="grid gap-x-6 gap-y-3 grid-cols-[fit-content(40%)_minmax(0,1fr)]">
        <Part name="Database" isWell>
          PostgreSQL {database.version}
        </Part>
        {standby && (
          <Part name="Standby" isWell={standby.state === "used" || standby.state === "starting"}>
            {standbyStates[standby.state]}
          </Part>
        )}
        <Part name="Mail" isWell={!attention.isMailFailing}>
          <Link href="/instance/mail" className="underline underline-offset-3">
            {formatCount(mail.queued, "mail")} waiting, {mail.failed} failed in the last 24 hours
          </Link>
        </Part>
        {servers.map(({ name, isDown }) => (
          <Part key={name} name={`Model server ${name}`} isWell={!isDown}>
            {isDown ? "Cannot be reached" : "Can be reached"}
          </Part>
        ))}
        <Part name="Background jobs" isWell={!attention.areJobsLate}>
          {computedAt ? (
            <>
              Last run <RelativeTime date={computedAt} />
            </>
          ) : (
            "Not run yet"
          )}
        </Part>
        <Part name="Fine-tuning" isWell>
          {formatCount(trainings, "job")} in progress
        </Part>
        <Part name="Version" isWell>
          {version}
          {news && (
            <details className="mt-2">
              <summary className="cursor-pointer underline underline-offset-3">What's new: {news.title}</summary>
              <ul className="mt-2 flex list-disc flex-col gap-1.5 ps-5 text-ink-soft">
                {news.entries.map((entry) => (
                  <li key={entry} className="wrap-anywhere text-pretty">
                    {entry}
                  </li>
                ))}
                {news.isMore && <li>And more in CHANGELOG.md.</li>}
              </ul>
            </details>
          )}
        </Part>
      </dl>
    </Card>
  );
}

function Part({ name, isWell, children }: { name: string; isWell: boolean; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="wrap-anywhere text-ink-faint">{name}</dt>
      <dd className="wrap-anywhere figures min-w-0">
        {!isWell && (
          <span className="me-2">
            <Badge tone="danger">Check</Badge>
          </span>
        )}
        {children}
      </dd>
    </div>
  );
}
