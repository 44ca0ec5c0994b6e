import { z } from "zod";

const port = z.coerce
  .number("must be a port")
  .int("must be a port")
  .min(1, "must be a port")
  .max(65_535, "must be a port");
const token = z.string().regex(/^[\x21-\x7e]{16,}$/, "must be at least 16 printable characters without spaces");

/** Where `/metrics` is served: on its own port, or on the application's with a token. Null: nowhere. */
export type MetricsSettings = { port: number | null; token: string | null } | null;

/** Reads METRICS_PORT and METRICS_TOKEN. */
export function readMetrics(variables: Record<string, string | undefined>): {
  metrics: MetricsSettings;
  complaints: string[];
} {
  const complaints: string[] = [];
  const read = <T>(name: string, schema: z.ZodType<T>): T | null => {
    if (!variables[name]) return null;
    const { data, error } = schema.safeParse(variables[name].trim());
    if (error) complaints.push(`${name} ${error.issues[0]?.message}`);
    return data ?? null;
  };
  const metrics = { port: read("METRICS_PORT", port), token: read("METRICS_TOKEN", token) };
  if (metrics.port !== null && String(metrics.port) === variables.PORT)
    complaints.push("METRICS_PORT must not be PORT: leave it out to have the metrics there, with a METRICS_TOKEN");
  return { metrics: metrics.port === null && metrics.token === null ? null : metrics, complaints };
}
