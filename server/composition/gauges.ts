import { transaction } from "@/db/client";
import { standbyFinding } from "@/db/standby";
import { countUnderWay as countBatches } from "@/server/batches/running/queries";
import { countUnderWay } from "@/server/fine-tuning/advancing/queries";
import { queueState } from "@/server/mail/queries";
import { instanceServers } from "@/server/model-servers/registry";
import { addGauge } from "@/server/platform/metrics";
import { meterState } from "@/server/usage/metering";

/** How many milliseconds a value from the database is reused: several servers may scrape every second. */
const rememberedMs = 5_000;

/** Adds the gauges that read from slices and the database when metrics are scraped. */
export function addGauges(): void {
  addGauge(
    {
      name: "atelier_model_server_up",
      help: "1 unless the server could not be reached in the last 10 seconds.",
      label: "model_server",
    },
    () => new Map(instanceServers().map(({ settings, isDown }) => [settings.name, isDown ? 0 : 1])),
  );
  addGauge(
    { name: "atelier_model_server_calls", help: "Calls that the server works on.", label: "model_server" },
    () => new Map(instanceServers().map(({ settings, underWay }) => [settings.name, underWay])),
  );
  addGauge(
    { name: "atelier_calls_under_way", help: "Calls that are reserved and have not ended." },
    () => meterState().calls,
  );
  addGauge({ name: "atelier_calls_waiting", help: "Calls that wait for a lease." }, () => meterState().waiting);
  addGauge(
    { name: "atelier_leases", help: "Parts of limits that this process has leased." },
    () => meterState().leases,
  );
  addGauge(
    { name: "atelier_ledger_lines_waiting", help: "Calls that have ended and are not written to the ledger yet." },
    () => meterState().lines,
  );
  const mail = remembered(queueState);
  addGauge({ name: "atelier_mail_queue", help: "Mails that are to be sent." }, async () => (await mail()).queued);
  addGauge(
    { name: "atelier_mail_queue_oldest_seconds", help: "Age of the oldest of them." },
    async () => (await mail()).oldestSeconds,
  );
  const jobs = remembered(() => transaction("read", {}, countUnderWay));
  addGauge(
    { name: "atelier_fine_tuning_jobs", help: "Jobs that have not ended, by their status.", label: "status" },
    jobs,
  );
  const batches = remembered(() => transaction("read", {}, countBatches));
  addGauge(
    { name: "atelier_batches", help: "Batches that have not ended, by their status.", label: "status" },
    batches,
  );
  addGauge({ name: "atelier_standby_used", help: "1 while the standby of DATABASE_READ_URL is read from." }, () =>
    standby().state === "used" ? 1 : 0,
  );
  addGauge(
    { name: "atelier_standby_lag_seconds", help: "How far the standby was behind when it was last looked at." },
    () => {
      const { lagMs } = standby();
      if (lagMs === null) throw new Error("not known");
      return lagMs / 1_000;
    },
  );
  addGauge({ name: "atelier_database_up", help: "1 if the database has answered." }, async () => {
    await mail();
    return 1;
  });
}

/** @throws without a standby, so that the gauge has no value then */
function standby() {
  const found = standbyFinding();
  if (!found) throw new Error("no standby");
  return found;
}

/** Returns a reader that reads at most every five seconds, however often it is called. */
export function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let found: { at: number; value: Promise<T> } | undefined;
  return () => {
    if (!found || performance.now() - found.at > rememberedMs) found = { at: performance.now(), value: read() };
    return found.value;
  };
}
