// P3: a key is revoked on one instance while another instance gets a request with it every 5 ms.
import { figure } from "./figures.mjs";
import { percentile } from "./load.mjs";
import { pause } from "./processes.mjs";

const times = 100;
const everyMs = 5;
const afterwards = 30;

export async function run(stage) {
  const [first, second] = [await stage.app(), await stage.secondApp()];
  const where = await stage.world.place(stage.sql);
  const keys = await stage.world.keys(stage.sql, where, times);
  const { host, home } = stage;
  const delays = [];
  let returned = 0;
  for (const { id, key } of keys) {
    const ask = async () => {
      const response = await fetch(`http://127.0.0.1:${second.port}/v1/models`, {
        headers: { authorization: `Bearer ${key}` },
      });
      await response.arrayBuffer();
      return response.status;
    };
    // Both have answered requests with it recently, so that their caches contain it.
    for (let i = 0; i < 5; i += 1) if ((await ask()) !== 200) throw new Error("a live key was refused");
    let revokedAt;
    const revoking = fetch(`http://127.0.0.1:${first.port}/api/trpc/keys.revoke`, {
      method: "POST",
      headers: { host, origin: home, cookie: where.admin.cookie, "content-type": "application/json" },
      body: JSON.stringify({ workspace: where.slug, keyId: id }),
    }).then((response) => {
      if (!response.ok) throw new Error(`the key could not be revoked: ${response.status}`);
      revokedAt = performance.now();
    });
    let refusedAt;
    let after = 0;
    for (let i = 0; i < 2_000 && after < afterwards; i += 1) {
      const status = await ask();
      if (refusedAt !== undefined) {
        after += 1;
        if (status === 200) returned += 1;
      } else if (status === 401) refusedAt = performance.now();
      await pause(everyMs);
    }
    await revoking;
    delays.push(Math.max(0, (refusedAt ?? Number.POSITIVE_INFINITY) - revokedAt));
  }
  return [
    figure({
      id: "P3",
      name: "revoked on one instance, refused by another: p50",
      value: percentile(delays, 0.5),
      unit: "ms",
    }),
    figure({
      id: "P3",
      name: "revoked on one instance, refused by another: p99",
      value: percentile(delays, 0.99),
      unit: "ms",
      atMost: 100,
    }),
    figure({ id: "P3", name: "answers 200 after the first 401", value: returned, atMost: 0 }),
  ];
}
