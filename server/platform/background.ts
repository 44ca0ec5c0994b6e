import { changedMark, traced } from "./tracing/tracing";

/** A job that runs until it is stopped; stopping waits for what it is doing. */
export type Job = { stop(): Promise<void> };

/**
 * Runs `work` now and then again and again, `everyMs` after it last ended: sooner when it resolves to true, for there is more, or when
 * it is woken. What it throws is handed to `onError` and does not end it.
 *
 * @param name what it does, as its rounds are called in traces
 */
export function repeat(
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Job & { wake(): void } {
  let isStopped = false;
  let isWoken = false;
  let endWait = () => {};
  const wait = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async () => {
    while (!isStopped) {
      isWoken = false;
      const hasMore = await traced("job", name, {}, async (round) => {
        const result = await work();
        if (result === true) round.set({ [changedMark]: true });
        return result;
      }).catch(onError);
      if (hasMore !== true && !isWoken && !isStopped) await wait();
    }
  };
  const running = loop();
  return {
    wake() {
      isWoken = true;
      endWait();
    },
    async stop() {
      isStopped = true;
      endWait();
      await running;
    },
  };
}
