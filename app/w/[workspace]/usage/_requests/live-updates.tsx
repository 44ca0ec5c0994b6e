"use client";

import { Live } from "@/app/w/[workspace]/_shared/live";

/** Refreshes the page when there is a new request. */
export function LiveUpdates({ workspace, latest }: { workspace: string; latest: string | null }) {
  return (
    <Live
      key={workspace}
      seen={latest}
      ask={async (signal) => {
        const { procedures } = await import("@/app/_shared/procedures-client");
        return procedures.usage.latest.query({ workspace }, { signal });
      }}
    />
  );
}
