import { randomInt, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { type Answer, Client, type Home, type Place, type Signed, signedIn } from "./client";

/** An acknowledged change: it must exist once, and in its own workspace. */
export type Done = {
  kind: "chat" | "key" | "workspace" | "invitation" | "membership";
  mark: string;
  slug: string;
  /** The time and the instance. */
  at: number;
  from: string;
};

/** A request that was not answered with success. */
export type Failure = { asked: number; at: number; from: string; status: number; reason: string; what: string };

export type Load = {
  homes: Home[];
  done: Done[];
  /** All marks that were sent, answered or not. */
  tried: Set<string>;
  failures: Failure[];
  count: number;
  /** Stops the load after the requests in progress. */
  stop(): Promise<void>;
};

/** The targets of a load, and their database. */
export type Served = { appUrl: string; instances: [Place, Place]; sql: postgres.Sql };

const guestCount = 200;
const hungUpMs = 150;

/** Makes workspaces through the product, each with another Admin. */
export async function makeHomes(stage: Served, count: number): Promise<Home[]> {
  const client = new Client(stage.appUrl);
  const admins = await signedIn(stage, count, "admin");
  const homes: Home[] = [];
  for (const [index, admin] of admins.entries()) {
    const at = stage.instances[index % 2] ?? stage.instances[0];
    const { status, data, reason } = await client.change(at, admin, "workspaces.create", {
      name: `Home ${index}`,
      kind: "organization",
      creationKey: randomUUID(),
    });
    if (status !== 200) throw new Error(`no workspace was made: ${status} ${reason}`);
    homes.push({ admin, slug: (data as { slug: string }).slug });
  }
  return homes;
}

/**
 * Empties the buckets of all limits, which other checks test and which would only stop the load. Skips those that a request
 * has locked: a request locks several, so waiting for them in another order would cause a deadlock that could end the request.
 */
export async function liftLimits({ sql }: Pick<Served, "sql">): Promise<void> {
  await sql`delete from rate_buckets where key in (select key from rate_buckets for update skip locked)`;
}

/**
 * Starts people who make keys, workspaces, invitations and memberships at both instances, until the load is stopped.
 *
 * @param width how many people at each instance
 */
export async function startLoad(stage: Served, width = 4): Promise<Load> {
  const homes = await makeHomes(stage, 8);
  const guests = await signedIn(stage, guestCount, "guest");
  const client = new Client(stage.appUrl);
  let isStopped = false;
  const load: Load = {
    homes,
    done: [],
    tried: new Set(),
    failures: [],
    count: 0,
    async stop() {
      isStopped = true;
      clearInterval(fresh);
      await Promise.all(workers);
    },
  };
  const fresh = setInterval(() => void liftLimits(stage).catch(() => {}), 1_000);
  const turn = makeTurn(client, load, guests);
  const work = async (at: Place) => {
    while (!isStopped) {
      const home = homes[randomInt(homes.length)];
      if (home) await turn(at, home);
      // A client without an answer waits for a short time before it tries again.
      const last = load.failures.findLast(({ from }) => from === at.name);
      if (last && Date.now() - last.at < hungUpMs) await new Promise((resolve) => setTimeout(resolve, hungUpMs));
    }
  };
  const workers = stage.instances.flatMap((at) => Array.from({ length: width }, () => work(at)));
  return load;
}

function makeTurn(client: Client, load: Load, guests: Signed[]) {
  const note = (at: Place, what: string, { status, reason, asked }: Answer): boolean => {
    load.count += 1;
    if (status !== 200) load.failures.push({ asked, at: Date.now(), from: at.name, status, reason, what });
    return status === 200;
  };
  const done = ({ name }: Place, kind: Done["kind"], what: string, slug: string) =>
    load.done.push({ kind, mark: what, slug, at: Date.now(), from: name });
  const mark = (slug: string) => {
    const made = `${slug} ${randomUUID().slice(0, 13)}`;
    load.tried.add(made);
    return made;
  };
  const makeKey = async (at: Place, { admin, slug }: Home) => {
    const name = mark(slug);
    const answer = await client.change(at, admin, "keys.create", { workspace: slug, name, expiration: "90" });
    if (!note(at, "keys.create", answer)) return;
    done(at, "key", name, slug);
    const { secret } = answer.data as { secret: string };
    note(at, "models", await client.models(at, secret));
    const chat = await client.chat(at, secret);
    if (note(at, "chat", chat)) done(at, "chat", chat.requestId, slug);
  };
  const makeWorkspace = async (at: Place, { admin }: Home) => {
    const name = mark("new");
    const input = { name, kind: "organization", creationKey: randomUUID() };
    // Sent again when there was no answer, as a person would do: it must not create a second one.
    for (let attempt = 0; attempt < 3; attempt++) {
      const answer = await client.change(at, admin, "workspaces.create", input);
      if (!note(at, "workspaces.create", answer)) continue;
      done(at, "workspace", name, (answer.data as { slug: string }).slug);
      return;
    }
  };
  const inviteAndAccept = async (at: Place, { admin, slug }: Home) => {
    const guest = guests.pop();
    if (!guest) return makeKey(at, { admin, slug });
    load.tried.add(guest.email);
    const invited = await client.change(at, admin, "invitations.create", {
      workspace: slug,
      emails: guest.email,
      role: "developer",
    });
    if (note(at, "invitations.create", invited)) done(at, "invitation", guest.email, slug);
    const mine = await client.ask(at, guest, "invitations.mine");
    if (!note(at, "invitations.mine", mine)) return;
    for (const { id } of mine.data as { id: string }[]) {
      const accepted = await client.change(at, guest, "invitations.acceptMine", { invitationId: id });
      if (note(at, "invitations.acceptMine", accepted)) done(at, "membership", guest.email, slug);
    }
  };
  return (at: Place, home: Home): Promise<void> => {
    const dice = randomInt(10);
    if (dice < 4) return makeKey(at, home);
    return dice < 9 ? inviteAndAccept(at, home) : makeWorkspace(at, home);
  };
}
