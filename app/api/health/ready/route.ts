import { readiness } from "@/server/api/readiness";

/** The process can serve: database reachable, schema current. 503 with the reason otherwise. */
export async function GET(): Promise<Response> {
  const state = await readiness();
  return state.isReady
    ? Response.json({ status: "ready" })
    : Response.json({ status: "not ready", because: state.because }, { status: 503 });
}
