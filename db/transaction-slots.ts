/** Thrown when a person has more waiting transactions than normal use can cause. */
export class TooManyWaiting extends Error {
  override readonly name = "TooManyWaiting";
  readonly code = "TOO_MANY_WAITING";
}

type Queue = { running: number; waiting: (() => void)[] };

const atOnce = 2;
const mostWaiting = 50;
const usualPatienceMs = 3_000;

// Next's bundle and the gateway's share the pool, so they share the slots too.
const shared = globalThis as { atelierTurns?: Map<string, Queue> };

/**
 * Waits until a person may run one more transaction. A person gets two at a time and further ones in turn, outside of
 * the pool: a person who sends many slow requests delays only their own.
 *
 * @param patienceMs how long to wait, in milliseconds
 * @returns a function that frees the slot
 * @throws TooManyWaiting when too many wait already, or when no slot became free in time
 */
export async function acquireTransactionSlot(userId: string, patienceMs = usualPatienceMs): Promise<() => void> {
  shared.atelierTurns ??= new Map();
  const turns = shared.atelierTurns;
  const queue = turns.get(userId) ?? { running: 0, waiting: [] };
  turns.set(userId, queue);
  if (queue.running < atOnce) queue.running += 1;
  else if (queue.waiting.length >= mostWaiting) throw new TooManyWaiting("too many requests at once");
  else await waitIn(queue, patienceMs);
  return () => {
    const next = queue.waiting.shift();
    if (next) return next();
    queue.running -= 1;
    if (queue.running === 0) turns.delete(userId);
  };
}

function waitIn(queue: Queue, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      queue.waiting.splice(queue.waiting.indexOf(next), 1);
      reject(new TooManyWaiting("no turn came in time"));
    }, patienceMs);
    queue.waiting.push(next);
  });
}
