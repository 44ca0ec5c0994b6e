import { randomUUID } from "node:crypto";
import { Client } from "../faults/client";
import { pause } from "../faults/database-faults";
import type { Failure, Load, Served } from "../faults/load";

/** What a chat of the load costs, in micro-units: 20 tokens in at 1, 10 out at 2. */
const chatCost = 40;

/**
 * Starts programs that call with keys of which each may spend as much as some hundred calls cost, a new one whenever one is used up.
 * `stop` says how many calls were answered and refused, and how often a key was seen beyond what it may spend.
 */
export async function startSpending(served: Served, homes: Load["homes"]) {
  const client = new Client(served.appUrl);
  const [home] = homes;
  if (!home) throw new Error("there is no workspace");
  const counts = { good: 0, refused: 0, exceeded: 0 };
  let isStopped = false;
  const newKey = async () => {
    while (!isStopped) {
      const made = await client.change(served.instances[0], home.admin, "keys.create", {
        ...{
          workspace: home.slug,
          name: `Limited ${randomUUID()}`,
          expiration: "90",
          monthlyLimit: String((chatCost * 150) / 1e6),
        },
      });
      if (made.status === 200) return made.data as { id: string; secret: string };
      await pause(100);
    }
    return undefined;
  };
  const watch = async (id: string, isOver: () => boolean) => {
    while (!isOver()) {
      await served.sql`
        select spent + reserved > ${chatCost * 150} as beyond from spend_counters where subject = ${`key:${id}`} and span = 'month'`.then(
        ([row]) => {
          if (row?.beyond) counts.exceeded += 1;
        },
        () => {},
      );
      await pause(10);
    }
  };
  const working = (async () => {
    for (let key = await newKey(); key; key = await newKey()) {
      const { id, secret } = key;
      let isUsedUp = false;
      const watching = watch(id, () => isUsedUp || isStopped);
      await Promise.all(
        Array.from({ length: 3 }, async () => {
          while (!isUsedUp && !isStopped) {
            const { status } = await client.chat(served.instances[0], secret);
            if (status === 200) counts.good += 1;
            else if (status === 402) {
              counts.refused += 1;
              isUsedUp = true;
            } else await pause(50);
          }
        }),
      );
      await watching;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await working;
      return counts;
    },
  };
}

/** Starts Admins who read what a standby may answer: usage and the audit log. */
export function startReading(served: Served, homes: Load["homes"]) {
  const client = new Client(served.appUrl);
  const failures: Failure[] = [];
  let count = 0;
  let isStopped = false;
  const working = homes.slice(0, 2).map(async ({ admin, slug }, index) => {
    while (!isStopped) {
      const what = (count + index) % 2 ? "audit.list" : "usage.report";
      const [at] = served.instances;
      const { status, reason, asked } = await client.ask(at, admin, what, { workspace: slug });
      count += 1;
      if (status !== 200) failures.push({ asked, at: Date.now(), from: at.name, status, reason, what });
      await pause(30);
    }
  });
  return {
    failures,
    count: () => count,
    async stop() {
      isStopped = true;
      await Promise.all(working);
    },
  };
}
