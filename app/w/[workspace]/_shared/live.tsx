import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/app/_ui/plain-button";

const everyMs = 1_000;
const afterFailureMs = 10_000;

/**
 * Refreshes the page when `ask` returns something other than `seen`, while the page is visible; null means no change. A
 * person can stop it, because moving figures are hard to read for some people.
 */
export function Live({
  seen,
  ask,
}: {
  /** The state that the page was drawn from. */
  seen: string | null;
  /** Called every second, so it must read only one row. */
  ask: (signal: AbortSignal) => Promise<string | null>;
}) {
  const router = useRouter();
  const [isOn, setIsOn] = useState(true);
  const asking = useRef(ask);
  useEffect(() => {
    asking.current = ask;
  });

  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const controller = new AbortController();
    // The page shows `seen`. After a change, the refreshed page passes the new state and this starts again.
    let last = seen;
    async function look() {
      let wait = everyMs;
      try {
        const found = await asking.current(controller.signal);
        if (found !== null && found !== last) router.refresh();
        last = found;
      } catch {
        wait = afterFailureMs;
      }
      plan(wait);
    }
    function plan(wait: number) {
      clearTimeout(timer);
      if (!controller.signal.aborted && document.visibilityState === "visible") timer = setTimeout(look, wait);
    }
    const onVisible = () => plan(0);
    document.addEventListener("visibilitychange", onVisible);
    plan(everyMs);
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [isOn, seen, router]);

  return (
    <Button
      variant="ghost"
      aria-pressed={isOn}
      onClick={() => setIsOn(!isOn)}
      className="noscript:hidden"
      icon={
        <span
          aria-hidden="true"
          className={`size-2 rounded-full ${isOn ? "animate-breathe bg-success" : "border border-edge"}`}
        />
      }
    >
      Live
    </Button>
  );
}
