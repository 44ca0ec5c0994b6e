"use client";

import { Live } from "@/app/w/[workspace]/_shared/live";

/** Refreshes the page when the job has progressed. */
export function LiveJob({ workspace, job, seen }: { workspace: string; job: string; seen: string }) {
  return (
    <Live
      key={job}
      seen={seen}
      ask={async (signal) => {
        const { procedures } = await import("@/app/_shared/procedures-client");
        const { version } = await procedures.fineTuning.progress.query({ workspace, jobId: job }, { signal });
        return version;
      }}
    />
  );
}
