/** A job that runs until it is stopped; stopping waits for what it is doing. */
export type Job = { stop(): Promise<void> };

/**
 * Runs `work` now and then again and again, `everyMs` after it last ended. What it throws is handed to `onError` and does
 * not end it.
 */
export function repeat(everyMs: number, work: () => Promise<void>, onError: (error: unknown) => void): Job {
  let isStopped = false;
  let wake = () => {};
  const loop = async () => {
    while (!isStopped) {
      await work().catch(onError);
      if (isStopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = loop();
  return {
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
