"use client";

import { useEffect, useState } from "react";
import { formatCount } from "@/app/_ui/format";
import { RelativeTime } from "@/app/_ui/time";

type Moment = Date | string | null;

export type Meter = {
  requestsLastHour: number;
  lastUsedAt: Moment;
  lastClient: string | null;
  lastAddress: string | null;
  expiresAt: Moment;
  hasEnded: boolean;
};

const everyMs = 4_000;

/** Shows whether an old key is still in use. With JavaScript it is updated every few seconds. */
export function KeyMeter({ slug, keyId, first }: { slug: string; keyId: string; first: Meter }) {
  const [meter, setMeter] = useState(first);
  const [isFailing, setFailing] = useState(false);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const { procedures } = await import("@/app/_shared/procedures-client");
        const answer = await procedures.keys.meter.query({ workspace: slug, keyId });
        if (isOver) return;
        setMeter(answer);
        setFailing(false);
        if (answer.hasEnded) return;
      } catch {
        if (!isOver) setFailing(true);
      }
      if (!isOver) timer = setTimeout(ask, everyMs);
    };
    timer = setTimeout(ask, everyMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [slug, keyId]);
  const { requestsLastHour, lastUsedAt, lastClient, lastAddress, expiresAt, hasEnded } = meter;
  return (
    <section aria-label="Use of the old key" className="rounded-lg border border-hairline bg-sunken/40 px-4 py-3">
      <p role="status" className="figures font-medium text-[1.0625rem]">
        {formatCount(requestsLastHour, "request")} in the last hour
      </p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-[0.8125rem]">
        <dt className="text-ink-faint">Last used</dt>
        <dd>
          <RelativeTime date={moment(lastUsedAt)} />
        </dd>
        <dt className="text-ink-faint">By</dt>
        <dd className="wrap-anywhere">{lastClient ?? "unknown"}</dd>
        <dt className="text-ink-faint">From</dt>
        <dd className="wrap-anywhere font-mono">{lastAddress ?? "unknown"}</dd>
        <dt className="text-ink-faint">Ends</dt>
        <dd>{hasEnded ? "It has ended." : <RelativeTime date={moment(expiresAt)} />}</dd>
      </dl>
      {isFailing && <p className="mt-2 text-[0.8125rem] text-warning">This is not available right now.</p>}
    </section>
  );
}

const moment = (value: Moment): Date | null => (value === null ? null : new Date(value));
