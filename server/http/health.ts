import type { ServerResponse } from "node:http";
import { standbyFinding } from "@/db/standby";
import { readiness } from "./readiness";

/**
 * Answers `/api/health`: the process is alive, whatever the state of its dependencies, so that it is not restarted
 * because of these. Answers `/api/health/ready`: it can serve, or 503 with the reason. Answered before all other
 * checks, in every ROLE and for any Host, because monitors know neither. The state of a standby is included but does
 * not make an instance unready: the primary answers in its place.
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
