"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "@/app/_ui/plain-button";

const everyMs = 1_000;
const afterFailureMs = 10_000;

/**
 * Draws the page anew when there is a new request, for as long as somebody looks at it. What is asked every second is one
 * row of an index. It can be stopped: figures that move are hard to read for some.
 */
export function LiveUpdates({ workspace, latest }: { workspace: string; latest: string | null }) {
  const router = useRouter();
  const [isOn, setIsOn] = useState(true);

  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const controller = new AbortController();
    // What is drawn is `latest`; once another one was seen, the next drawing brings it, and this begins anew.
    let seen = latest;
    async function look() {
      let wait = everyMs;
      try {
        const { procedures } = await import("@/app/procedures-client");
        const found = await procedures.usage.latest.query({ workspace }, { signal: controller.signal });
        if (found !== null && found !== seen) router.refresh();
        seen = found;
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
  }, [isOn, latest, workspace, router]);

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
