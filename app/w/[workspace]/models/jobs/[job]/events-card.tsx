import { Card } from "@/app/_ui/card";
import { RelativeTime } from "@/app/_ui/time";
import { type JobStatus, statusNames } from "../job-words";

type Event = { name: string; data: Record<string, unknown>; at: Date };

/** Shows what happened to a job, the latest first. */
export function EventsCard({ events }: { events: Event[] }) {
  return (
    <Card title="Events">
      <ol className="flex flex-col gap-2.5" aria-label="Events, the latest first">
        {numbered(events).map(({ number, event }) => (
          <li key={number} className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="wrap-anywhere min-w-0">{sentenceOf(event)}</span>
            <span className="text-[0.8125rem] text-ink-soft">
              <RelativeTime date={event.at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const numbered = (events: Event[]) => events.map((event, number) => ({ number, event })).reverse();

function sentenceOf({ name, data }: Event): string {
  const status = typeof data.status === "string" && Object.hasOwn(statusNames, data.status) ? data.status : undefined;
  if (status) return statusNames[status as JobStatus][0];
  if (name === "start-refused") return "Did not start automatically";
  return typeof data.message === "string" ? data.message : name.replaceAll(/[-_]+/g, " ");
}
