import type { ServerResponse } from "node:http";
import { standbyFinding } from "@/db/standby";
import { readiness } from "./readiness";

/**
 * Answers `/api/health`: the process is alive, whatever it depends on, so that it is not restarted for those. `/api/health/ready`:
 * it can serve, or 503 with the reason. Answered before anything else, in every ROLE and under any Host, since what asks is
 * a machine that knows neither. What is known of a standby is said beside it, and makes no instance unready: the primary answers then.
 */
export async function answerHealth(path: string, response: ServerResponse): Promise<void> {
  const state = path === "/api/health" ? null : await readiness();
  const [status, body] =
    state === null
      ? [200, { status: "ok" }]
      : state.isReady
        ? [200, { status: "ready", standby: standbyFinding()?.state }]
        : [503, { status: "not ready", because: state.because }];
  response
    .writeHead(status as number, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    .end(JSON.stringify(body));
}
