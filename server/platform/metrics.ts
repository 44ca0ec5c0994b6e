import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/**
 * The registry behind `/metrics`, in Prometheus' text format. All label values come from lists in our code or from the
 * configuration: no model, workspace, key or path becomes a label, so their number is bounded.
 */
export const registry = new Registry();

const registers = [registry];

export const httpRequests = new Counter({
  name: "atelier_http_requests_total",
  help: "Requests that were answered, by the part that answered and the class of the status; aborted: the client went away first.",
  labelNames: ["part", "status"] as const,
  registers,
});

export const httpSeconds = new Histogram({
  name: "atelier_http_request_duration_seconds",
  help: "Time from a request's headers to the end of its answer.",
  labelNames: ["part"] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  registers,
});

export const calls = new Counter({
  name: "atelier_calls_total",
  help: "Calls of models that were reserved and have ended, by operation, class of the status and the model server that answered.",
  labelNames: ["operation", "status", "model_server"] as const,
  registers,
});

export const callSeconds = new Histogram({
  name: "atelier_call_duration_seconds",
  help: "Time from the reservation of a call to its end.",
  labelNames: ["operation"] as const,
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 3600],
  registers,
});

export const firstByteSeconds = new Histogram({
  name: "atelier_call_first_byte_seconds",
  help: "Time until a model server began its answer.",
  labelNames: ["operation"] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  registers,
});

export const tokens = new Counter({
  name: "atelier_tokens_total",
  help: "Tokens that calls were charged for.",
  labelNames: ["kind"] as const,
  registers,
});

export const spend = new Counter({
  name: "atelier_spend_total",
  help: "What calls cost, in units of CURRENCY.",
  registers,
});

const refusals = new Counter({
  name: "atelier_refusals_total",
  help: "Requests to /v1 that were answered with an error, by its code: at most 100 codes, all others are other.",
  labelNames: ["code"] as const,
  registers,
});

export const limitRefusals = new Counter({
  name: "atelier_limit_refusals_total",
  help: "Calls that a limit refused, by whose it is, its span, and whether it is used up or other calls that are under way hold it.",
  labelNames: ["scope", "span", "cause"] as const,
  registers,
});

export const mails = new Counter({
  name: "atelier_mails_total",
  help: "Attempts to send a mail, by what they came to.",
  labelNames: ["outcome"] as const,
  registers,
});

export const poolWaitSeconds = new Histogram({
  name: "atelier_database_pool_wait_seconds",
  help: "Time that transactions waited for a connection of the pool.",
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3],
  registers,
});

export const poolExhausted = new Counter({
  name: "atelier_database_pool_exhausted_total",
  help: "Statements and transactions that no connection came free for in time.",
  registers,
});

export const standbyReads = new Counter({
  name: "atelier_standby_reads_total",
  help: "Reads that a standby may answer, by what they came to: standby; or primary, because the standby is not used, the person had just changed something, or it failed or did not have it yet.",
  labelNames: ["outcome"] as const,
  registers,
});

const mostCodes = 100;
const codes = new Set<string>();

/**
 * Counts a request to `/v1` that is answered with an error. Error codes of model servers are passed on, so the number
 * of different codes is bounded here.
 */
export function countRefusal(code: string): void {
  if (codes.size < mostCodes && /^[a-z0-9_]{1,60}$/.test(code)) codes.add(code);
  refusals.inc({ code: codes.has(code) ? code : "other" });
}

/** Returns the class of a status: "2xx", "4xx" … */
export function statusClass(status: number): string {
  return `${Math.trunc(status / 100)}xx`;
}

/**
 * Adds a gauge whose value is read when the metrics are read: a number, or one for each value of a label. A value that
 * cannot be read is left out of that answer.
 */
export function addGauge(
  { name, help, label }: { name: string; help: string; label?: string },
  read: () => number | ReadonlyMap<string, number> | Promise<number | ReadonlyMap<string, number>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: label ? [label] : [],
    registers,
    async collect() {
      this.reset();
      try {
        const found = await read();
        if (typeof found === "number") this.set(found);
        else for (const [value, number] of found) this.set({ [String(label)]: value }, number);
      } catch {
        // Without a label there is a 0 after the reset.
        if (!label) this.remove();
      }
    },
  });
}

let isOn = false;

/** Checks whether `/metrics` is served. If it is not, requests are not counted. */
export function isMeasuring(): boolean {
  return isOn;
}

/** Starts measuring, including the process: CPU, memory, event loop delay, garbage collection. */
export function startMeasuring(): void {
  isOn = true;
  collectDefaultMetrics({ register: registry });
}
