import { type Answer, Client, type Home, signedIn } from "./client";
import { makeHomes } from "./load";
import type { Report } from "./report";
import type { Stage } from "./stage";

const withinMs = 1_000;

/** Checks I12 and the limits: a change at one instance takes effect at the other within a second. */
export async function twoInstances(report: Report, stage: Stage): Promise<void> {
  const client = new Client(stage.appUrl);
  const [first, second] = stage.instances;
  const [home, other] = await makeHomes(stage, 2);
  if (!home || !other) throw new Error("there is no workspace");
  const at = { workspace: home.slug };

  const answers = await Promise.all(
    Array.from({ length: 80 }, (_, index) =>
      // They wait for the same lock, and those that wait too long are told to try again.
      patiently(() =>
        client.change(index % 2 ? first : second, other.admin, "keys.create", {
          workspace: other.slug,
          name: `Key ${index}`,
          expiration: "90",
        }),
      ),
    ),
  );
  const good = answers.filter(({ status }) => status === 200).length;
  const limited = answers.filter(({ reason }) => reason === "too_many").length;
  const others = answers.filter(({ status, reason }) => status !== 200 && reason !== "too_many");
  // 60 per hour; the bucket leaks one per minute, so a sixty-first may be accepted if this takes long.
  report.check(
    "limits are shared: 80 keys asked for at two instances are 60",
    good >= 60 && good <= 61 && good + limited === 80,
    `${good} made, ${limited} refused${others.map(({ status, reason }) => `, ${status} ${reason}`).join("")}`,
  );

  const made = await client.change(first, home.admin, "keys.create", { ...at, name: "A key", expiration: "90" });
  const { id, secret } = made.data as { id: string; secret: string };
  const before = await client.models(second, secret);
  await client.change(first, home.admin, "keys.revoke", { ...at, keyId: id });
  const refused = await until(() => client.models(second, secret), 401);
  report.check(
    "I12 a key revoked at one instance is refused by the other",
    before.status === 200 && refused.isIn,
    refused.took,
  );

  await limitShared(report, stage, client, home);
  await revokeUnheard(report, stage, client, home);

  const [guest] = await signedIn(stage, 1, "member");
  if (!guest) throw new Error("there is no such person");
  await client.change(first, home.admin, "invitations.create", { ...at, emails: guest.email, role: "developer" });
  const offers = (await client.ask(second, guest, "invitations.mine")).data as { id: string }[];
  const accepted = await client.change(second, guest, "invitations.acceptMine", { invitationId: offers[0]?.id });
  if (accepted.status !== 200)
    throw new Error(`the invitation was not accepted: ${accepted.status} ${accepted.reason}`);
  const inside = await client.ask(second, guest, "workspaces.get", at);
  const removal = await client.change(first, home.admin, "members.remove", { ...at, userId: guest.id });
  if (removal.status !== 200) throw new Error(`the member was not removed: ${removal.status} ${removal.reason}`);
  const outside = await until(() => client.ask(second, guest, "workspaces.get", at), 404);
  report.check(
    "I12 a member removed at one instance is refused at the other",
    inside.status === 200 && outside.isIn,
    outside.took,
  );

  const elsewhere = await secondSession(stage, home.admin.id);
  const alive = await client.ask(second, elsewhere, "account.get");
  const ending = await client.change(first, home.admin, "account.endOtherSessions", {});
  if (ending.status !== 200) throw new Error(`the session was not ended: ${ending.status} ${ending.reason}`);
  const ended = await until(() => client.ask(second, elsewhere, "account.get"), 401);
  report.check(
    "I12 a session ended at one instance is ended at the other",
    alive.status === 200 && ended.isIn,
    ended.took,
  );
}

/** Checks requests and spend of one key at both instances: together they get exactly what its limits allow. */
async function limitShared(report: Report, stage: Stage, client: Client, { admin, slug }: Home): Promise<void> {
  const outcomes = async (limits: object) => {
    const made = await changed(() =>
      client.change(stage.instances[0], admin, "keys.create", {
        ...{ workspace: slug, name: `Limited by ${Object.keys(limits)}`, expiration: "90" },
        ...limits,
      }),
    );
    const { secret } = made.data as { secret: string };
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => client.chat(stage.instances[index % 2] ?? stage.instances[0], secret)),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    return { good: count(200), refused: count(402) + count(429) };
  };
  const requests = await outcomes({ requestsPerMinute: "20" });
  // The bucket leaks one every three seconds.
  report.check(
    "limits are shared: of 60 chats at two instances a key gets the 20 a minute that it may",
    requests.good >= 20 && requests.good <= 22 && requests.good + requests.refused === 60,
    `${requests.good} answered, ${requests.refused} refused`,
  );
  // Each reserves its maximum cost, and costs less when it is settled.
  const spend = await outcomes({ monthlyLimit: "0.0005" });
  const [counter] = await stage.sql`
    select max(c.spent + c.reserved)::int as used from spend_counters c join api_keys k on c.subject = 'key:' || k.id and c.span = 'month'
    where k.monthly_limit = 500`;
  report.check(
    "I7 60 chats at two instances do not spend more than their key may",
    spend.good > 0 && spend.refused > 0 && spend.good + spend.refused === 60 && Number(counter?.used) <= 500,
    `${spend.good} answered, ${spend.refused} refused, ${counter?.used} of 500`,
  );
}

/** Checks that a key which an instance has just accepted is refused when it is revoked while that instance gets no announcements. */
async function revokeUnheard(report: Report, stage: Stage, client: Client, { admin, slug }: Home): Promise<void> {
  const [first, second] = stage.instances;
  const outcomes: { isIn: boolean; took: string }[] = [];
  for (let round = 0; round < 5; round++) {
    const made = await changed(() =>
      client.change(first, admin, "keys.create", { workspace: slug, name: `Unheard ${round}`, expiration: "90" }),
    );
    const { id, secret } = made.data as { id: string; secret: string };
    for (let use = 0; use < 3; use++) await client.models(second, secret);
    await stage.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'atelier'`;
    await changed(() => client.change(first, admin, "keys.revoke", { workspace: slug, keyId: id }));
    outcomes.push(await until(() => client.models(second, secret), 401));
  }
  const late = outcomes.find(({ isIn }) => !isIn);
  report.check(
    `I12 a key revoked while the other instance has lost its connections is refused there, ${outcomes.length} times`,
    late === undefined,
    late?.took ?? outcomes.map(({ took }) => took).join(", "),
  );
}

/** Repeats a change while its answer says to try again. */
async function patiently(change: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await change();
    if (answer.status !== 503 || Date.now() > deadline) return answer;
  }
}

/** Repeats a change until it is done, because its connection may have been killed. */
async function changed(change: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await change();
    // An earlier attempt has done it, and its answer was lost.
    if (answer.status === 200 || answer.reason === "key_revoked") return answer;
    if (Date.now() > deadline) throw new Error(`a change is refused: ${answer.status} ${answer.reason}`);
  }
}

async function secondSession(stage: Stage, userId: string) {
  const [signed] = await signedIn(stage, 1, "elsewhere");
  if (!signed) throw new Error("there is no such person");
  await stage.sql`update sessions set user_id = ${userId} where user_id = ${signed.id}`;
  return signed;
}

/** Repeats a request until its answer has this status, for at most a second. */
async function until(ask: () => Promise<Answer>, status: number): Promise<{ isIn: boolean; took: string }> {
  const begun = Date.now();
  for (;;) {
    const asked = Date.now() - begun;
    const answer = await ask();
    if (answer.status === status) return { isIn: true, took: `${asked} ms after` };
    if (asked > withinMs) return { isIn: false, took: `still ${answer.status} after a second` };
  }
}
