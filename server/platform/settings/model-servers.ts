import { z } from "zod";
import { type EndpointName, endpointNames } from "./endpoints";
import { readJsonSetting } from "./json";

/** A model server as it is configured. */
export type ModelServerSettings = {
  name: string;
  /** Including `/v1`, without a slash at the end. */
  url: string;
  key?: string;
  /**
   * The models that it serves, each with the id that programs use and the server's own id; undefined: all that it
   * lists.
   */
  models?: { id: string; upstream: string; contextLength?: number | undefined }[];
  /** Models on the server that are not base models, which a workspace may register as its own, by the server's id. */
  tuned?: { upstream: string; base?: string | undefined }[];
  /** Its endpoints besides chat and embeddings; undefined: they are learned from its answers. */
  endpoints?: EndpointName[];
};

const modelId = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const offered = z.union([
  modelId.transform((id) => ({ id, upstream: id })),
  z.strictObject({ id: modelId, upstream: modelId }),
]);

const tuned = z.union([
  modelId.transform((upstream): { upstream: string; base?: string | undefined } => ({ upstream })),
  z.strictObject({ upstream: modelId, base: modelId.optional() }),
]);

const server = z.strictObject({
  name: z.string().trim().min(1).max(60),
  url: z.url({ protocol: /^https?$/ }).transform(withoutLastSlash),
  key: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  models: z
    .array(offered)
    .min(1)
    .max(1_000)
    .refine((models) => isEachDifferent(models.map(({ id }) => id)))
    .optional(),
  tuned: z.array(tuned).min(1).max(1_000).optional(),
  endpoints: z.array(z.enum(endpointNames)).max(endpointNames.length).optional(),
});

const list = z
  .array(server)
  .min(1)
  .max(50)
  .refine((servers) => isEachDifferent(servers.map(({ name }) => name)));

/**
 * Returns the configured model servers: those in MODEL_SERVERS or in the file that MODEL_SERVERS_FILE names, or the one
 * at MODEL_SERVER_URL. A complaint is a sentence that begins with the variable's name and repeats no value.
 */
export function readModelServers(variables: Record<string, string | undefined>): {
  servers: ModelServerSettings[];
  complaints: string[];
} {
  const { MODEL_SERVER_URL, MODEL_SERVER_KEY } = variables;
  const wrong = (complaint: string) => ({ servers: [], complaints: [complaint] });
  const setting = readJsonSetting(variables, "MODEL_SERVERS");
  if (!setting) {
    if (!MODEL_SERVER_URL) return wrong("MODEL_SERVER_URL is not set");
    const url = withoutLastSlash(MODEL_SERVER_URL);
    return { servers: [{ name: "default", url, ...(MODEL_SERVER_KEY && { key: MODEL_SERVER_KEY }) }], complaints: [] };
  }
  if (setting.complaint !== undefined) return wrong(setting.complaint);
  const { name, json } = setting;
  if (MODEL_SERVER_URL) return wrong(`${name} must not be set together with MODEL_SERVER_URL`);
  const parsed = list.safeParse(json);
  if (parsed.success) return { servers: parsed.data, complaints: [] };
  return { servers: [], complaints: parsed.error.issues.map((issue) => `${name} ${complaintOf(issue)}`) };
}

/** Returns where the mistake is, but never the value, since a key may have been written in the wrong place. */
function complaintOf({ path, code }: z.core.$ZodIssue): string {
  const [index, ...within] = path;
  if (typeof index !== "number") return "must be a list of 1 to 50 model servers with different names";
  if (code === "unrecognized_keys" || within.length === 0)
    return `server ${index + 1} may have name, url, key, models, tuned and endpoints, and nothing else`;
  return `server ${index + 1} has no usable ${String(within[0])}`;
}

function withoutLastSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function isEachDifferent(names: string[]): boolean {
  return new Set(names).size === names.length;
}
