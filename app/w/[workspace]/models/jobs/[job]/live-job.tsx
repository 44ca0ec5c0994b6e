"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "@/app/_ui/plain-button";

const everyMs = 1_000;
const afterFailureMs = 10_000;

/**
 * Draws the page anew when the job has come further, for as long as somebody looks at it. What is asked every second is one
 * row. It can be stopped: figures that move are hard to read for some.
 */
export function LiveJob({ workspace, job, seen }: { workspace: string; job: string; seen: string }) {
  const router = useRouter();
  const [isOn, setIsOn] = useState(true);

  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const controller = new AbortController();
    let last = seen;
    async function look() {
      let wait = everyMs;
      try {
        const { procedures } = await import("@/app/procedures-client");
        const { version } = await procedures.fineTuning.progress.query(
          { workspace, jobId: job },
          { signal: controller.signal },
        );
        if (version !== last) router.refresh();
        last = version;
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
  }, [isOn, seen, workspace, job, router]);

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
