"use client";

import { Live } from "@/app/w/[workspace]/_shared/live";

/** Refreshes the page when the batch has progressed. */
export function LiveBatch({ workspace, batch, seen }: { workspace: string; batch: string; seen: string }) {
  return (
    <Live
      key={batch}
      seen={seen}
      ask={async (signal) => {
        const { procedures } = await import("@/app/_shared/procedures-client");
        const { version } = await procedures.batches.progress.query({ workspace, batchId: batch }, { signal });
        return version;
      }}
    />
  );
}
