import { afterAll, beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { insertPerson } from "@/tests/support/factories/people";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import type { Mail } from "./outbox";
import { send } from "./send";

let resend: TestServer;
beforeAll(async () => {
  resend = await startHttpServer(() => ({ body: { id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" } }));
  process.env.RESEND_BASE_URL = resend.url;
});
afterAll(() => resend.close());

const mail = (to: string): Mail => ({
  to,
  template: "membership-ending",
  props: {
    ...{ url: "http://localhost:3000/w/acme/members", personName: "Ada", workspaceName: "Acme", isOwn: true },
    ...{ endsAt: "2026-12-01T23:30:00.000Z", origin: "http://localhost:3000" },
  },
});

test("a mail says times in the zone and language of whom it goes to, and in UTC to a stranger", async () => {
  const berlin = await insertPerson(owner, { timeZone: "Europe/Berlin", locale: "de-DE" });
  const gone = await insertPerson(owner, { timeZone: "Atlantis/Capital" });
  for (const [to, said] of [
    [berlin.email, "2. Dezember 2026 at 00:30 MEZ"],
    [gone.email, "December 1, 2026 at 23:30 UTC"],
    ["stranger@example.com", "December 1, 2026 at 23:30 UTC"],
  ] as const) {
    await send(mail(to), crypto.randomUUID());
    expect(resend.requests.at(-1)?.body).toContain(said);
  }
});
