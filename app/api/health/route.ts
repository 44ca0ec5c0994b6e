/** The process is alive: it can answer. Says nothing of what it depends on, so that nobody restarts it for those. */
export function GET(): Response {
  return Response.json({ status: "ok" });
}
