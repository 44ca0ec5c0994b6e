import { changedMark, traced } from "./tracing/tracing";

/** A background job. `stop` resolves once the current round has ended. */
export type Job = { stop(): Promise<void> };

/**
 * Runs `work` now and then repeatedly, `everyMs` milliseconds after it last ended. It runs again at once when `work`
 * resolves to true, because there is more to do, and when it is woken. Errors are passed to `onError` and do not end
 * the job.
 *
 * @param name what the job does, as the name of its rounds in traces
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
