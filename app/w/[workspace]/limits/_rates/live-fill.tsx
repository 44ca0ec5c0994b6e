"use client";

import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import { Meter } from "@/app/_ui/meter";
import type { AppRouter } from "@/server/composition/router";

const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/api/trpc" })] });

const everyMs = 3_000;
const longestMs = 30_000;

type Live = { state: "waiting" | "live" | "lost"; used: ReadonlyMap<string, number> };

const Context = createContext<Live>({ state: "waiting", used: new Map() });

type Asked = { workspace: string; search?: string; after?: string; before?: string };

/**
 * Reads every few seconds how much of each limit is used, while the page is visible, and updates the meters inside.
 * Without JavaScript they show the state at the time of the page.
 */
export function LiveFill({ asked, children }: { asked: Asked; children: ReactNode }) {
  const [live, setLive] = useState<Live>({ state: "waiting", used: new Map() });
  const { workspace, search, after, before } = asked;
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let wait = everyMs;
    const ask = async () => {
      if (document.visibilityState === "visible") {
        try {
          const used = await fills({ workspace, search, after, before }, controller.signal);
          setLive({ state: "live", used });
          wait = everyMs;
        } catch {
          if (controller.signal.aborted) return;
          setLive(({ used }) => ({ state: "lost", used }));
          wait = Math.min(longestMs, wait * 2);
        }
      }
      timer = setTimeout(ask, wait);
    };
    timer = setTimeout(ask, everyMs);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [workspace, search, after, before]);
  return <Context value={live}>{children}</Context>;
}

async function fills({ workspace, ...page }: Asked, signal: AbortSignal): Promise<Map<string, number>> {
  const [{ rates, ceiling, monthly }, keys] = await Promise.all([
    client.limits.get.query({ workspace }, { signal }),
    client.limits.keys.query({ workspace, ...page }, { signal }),
  ]);
  return new Map([
    ...rates.flatMap(({ model, requestsUsed, tokensUsed }): [string, number][] => [
      [`requests of ${model}`, requestsUsed],
      [`tokens of ${model}`, tokensUsed],
    ]),
    ["requests of the ceiling", ceiling?.requestsUsed ?? 0],
    ["tokens of the ceiling", ceiling?.tokensUsed ?? 0],
    ...keys.rows.flatMap(({ id, requestsUsed, tokensUsed, spent, reserved }): [string, number][] => [
      [`requests by ${id}`, requestsUsed],
      [`tokens by ${id}`, tokensUsed],
      [`spend by ${id}`, spent + reserved],
    ]),
    ["spend of workspace", monthly.workspace.spent + monthly.workspace.reserved],
    ["spend of own", monthly.own.spent + monthly.own.reserved],
  ]);
}

/** Shows how much of a limit is used: first as of the page, then the live value. */
export function LiveMeter({
  name,
  label,
  used,
  max,
  currency,
}: {
  /** The name of the figure: "requests of MODEL", "tokens by KEY", "spend of workspace". */
  name: string;
  label: string;
  used: number;
  max: number;
  /** For money. */
  currency?: string;
}) {
  const now = useContext(Context).used.get(name) ?? used;
  const say = (amount: number) => (currency ? formatMoney(amount, currency) : formatNumber(amount));
  return <Meter label={label} used={now} max={max} text={`${say(now)} of ${say(max)}`} />;
}

/** Shows whether the meters are up to date. */
export function LiveState({ asOf }: { asOf: string }) {
  const { state } = useContext(Context);
  if (state === "waiting") return <span className="text-[0.8125rem] text-ink-faint">As of {asOf}</span>;
  return (
    <span className="inline-flex items-center gap-1.5 text-[0.8125rem] text-ink-faint">
      <svg
        viewBox="0 0 8 8"
        className={`size-2 ${state === "live" ? "fill-success" : "fill-warning"}`}
        aria-hidden="true"
      >
        <circle cx="4" cy="4" r="4" />
      </svg>
      {state === "live" ? "Live" : "Not up to date: the connection is lost"}
    </span>
  );
}
