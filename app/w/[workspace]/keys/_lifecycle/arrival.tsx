"use client";

import { useEffect, useState } from "react";
import { formatDuration } from "@/app/_ui/format";
import { Glyph } from "@/app/_ui/glyph";

type Arrived = { status: number; errorCode: string | null; totalMs: number };

const everyMs = 2_000;
const afterFailureMs = 10_000;
/** How long the page waits for the first request before it stops asking. */
const longestMs = 30 * 60_000;

/**
 * Shows whether the first request with a new key has arrived. With JavaScript it asks every two seconds while the page
 * is visible. The link leads to the key's requests in a new tab, because this page cannot show the key again.
 */
export function Arrival({ slug, keyId }: { slug: string; keyId: string }) {
  const [arrived, setArrived] = useState<Arrived | null>(null);
  const [isWaiting, setIsWaiting] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const until = Date.now() + longestMs;
    setIsWaiting(true);
    const plan = (wait: number) => {
      if (controller.signal.aborted) return;
      if (Date.now() < until) timer = setTimeout(ask, wait);
      else setIsWaiting(false);
    };
    async function ask() {
      if (document.visibilityState !== "visible") return plan(everyMs);
      try {
        const { procedures } = await import("@/app/_shared/procedures-client");
        const found = await procedures.keys.firstRequest.query(
          { workspace: slug, keyId },
          { signal: controller.signal },
        );
        if (found) return setArrived(found);
        plan(everyMs);
      } catch {
        plan(afterFailureMs);
      }
    }
    plan(everyMs);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [slug, keyId]);
  const isFine = arrived !== null && arrived.status < 400;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-[0.8125rem]">
      <p role="status" className="flex min-w-0 items-center gap-2">
        {arrived === null ? (
          isWaiting && (
            <>
              <span aria-hidden="true" className="size-2 shrink-0 animate-breathe rounded-full bg-accent" />
              <span className="text-ink-soft">Waiting for the first request</span>
            </>
          )
        ) : (
          <>
            <Glyph
              name={isFine ? "check" : "alert"}
              className={`size-4 shrink-0 ${isFine ? "text-success" : "text-warning"}`}
            />
            <span className="wrap-anywhere font-medium">
              {isFine
                ? `Request received and answered in ${formatDuration(arrived.totalMs)}.`
                : `Request received and answered with ${arrived.status}${arrived.errorCode ? ` (${arrived.errorCode})` : ""}.`}
            </span>
          </>
        )}
      </p>
      <a
        href={`/w/${slug}/usage?range=24h&key=${keyId}`}
        target="_blank"
        rel="noreferrer"
        className="text-ink-soft underline decoration-hairline underline-offset-3 hover:text-ink"
      >
        {arrived === null ? "Check whether it arrived" : "See the request"}
      </a>
    </div>
  );
}
