import path from "node:path";
import { z } from "zod";
import { areRanges } from "./addresses";
import { isLoopback, isPrivate, isProtected } from "./private-network";
import { databaseVariables } from "./settings/database";
import { type MetricsSettings, readMetrics } from "./settings/metrics";
import { type ModelServerSettings, readModelServers } from "./settings/model-servers";
import { type ModelSetting, readModels } from "./settings/models";
import { readOperators } from "./settings/operators";
import { type PriceSetting, readPrices } from "./settings/prices";
import type { AnyProvider } from "./settings/providers";
import { type ProxySettings, readProxies } from "./settings/proxies";
import { s3Of, s3Variables } from "./settings/s3";
import { readSignInProviders } from "./settings/sign-in-providers";
import { mailSender, readSmtp, type SmtpSettings, webhookSecret } from "./settings/smtp";
import { readTracing, type TracingSettings } from "./settings/tracing";
import { waitingVariables } from "./settings/waiting";

/**
 * Thrown when variables are missing or invalid. The message names each one and says what it must be, but never repeats
 * its value.
 */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const origin = httpUrl
  .refine(
    (url) => URL.canParse(url) && new URL(url).pathname === "/" && !new URL(url).search,
    "must be an origin without a path",
  )
  .transform((url) => new URL(url).origin);

/** A long random string. The count of different characters catches "changeme…" and keyboard rows. */
const secret = z
  .string()
  .min(32, "must be at least 32 random characters: openssl rand -base64 32")
  .refine((value) => new Set(value).size >= 12, "is not random: openssl rand -base64 32");

const providerVariables = [
  ["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"],
  ["AUTH_GOOGLE_ID", "AUTH_GOOGLE_SECRET"],
  ["AUTH_OIDC_ISSUER", "AUTH_OIDC_ID", "AUTH_OIDC_SECRET"],
  ["AUTH_OIDC_ID", "AUTH_OIDC_ISSUER", "AUTH_OIDC_SECRET"],
] as const;

const schema = z
  .object({
    NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    HOST: z.string().optional(),
    APP_URL: origin,
    ...databaseVariables,
    AUTH_SECRET: secret,
    KEY_PEPPER: secret,
    RESEND_API_KEY: z.string().optional(),
    RESEND_BASE_URL: httpUrl.default("https://api.resend.com"),
    RESEND_WEBHOOK_SECRET: webhookSecret.optional(),
    SMTP_URL: z.string().optional(),
    MAIL: z.enum(["interface"], 'must be "interface", or not set').optional(),
    MAIL_FROM: mailSender("must be an e-mail address, or a name followed by one in angle brackets").optional(),
    MAILBOX_URL: httpUrl.optional(),
    MODEL_SERVER_URL: httpUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
    MODEL_SERVER_KEY: z
      .string()
      .regex(/^[\x21-\x7e]+$/, "must be printable characters without spaces")
      .optional(),
    MODEL_SERVERS: z.string().optional(),
    MODEL_SERVERS_FILE: z.string().optional(),
    MODELS: z.string().optional(),
    MODELS_FILE: z.string().optional(),
    ...waitingVariables,
    GATEWAY_MAX_BODY_MB: z.coerce.number("must be megabytes").int().min(1).max(512).default(32),
    BATCH_CONCURRENCY: z.coerce.number("must be a number of requests").int().min(1).max(512).default(16),
    DATA_DIR: z.string().default(".data"),
    FILES_DIR: z.string().optional(),
    S3_BUCKET: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}$/, "must be the name of a bucket")
      .optional(),
    S3_ENDPOINT: httpUrl.optional(),
    S3_REGION: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, "must be a region like eu-central-1")
      .optional(),
    S3_ACCESS_KEY_ID: z.string().max(200).optional(),
    S3_SECRET_ACCESS_KEY: z.string().max(400).optional(),
    AUTH_GITHUB_ID: z.string().optional(),
    AUTH_GITHUB_SECRET: z.string().optional(),
    AUTH_GOOGLE_ID: z.string().optional(),
    AUTH_GOOGLE_SECRET: z.string().optional(),
    AUTH_OIDC_ISSUER: httpUrl
      .refine(isProtected, "must be https, unless it is this machine or a private network")
      .optional(),
    AUTH_OIDC_ID: z.string().optional(),
    AUTH_OIDC_SECRET: z.string().optional(),
    AUTH_OIDC_NAME: z.string().max(40).optional(),
    AUTH_OIDC_TRUST_EMAIL: z.enum(["true", "false"], "must be true or false").default("false"),
    AUTH_OIDC_PROVIDERS: z.string().optional(),
    AUTH_OIDC_PROVIDERS_FILE: z.string().optional(),
    KEEP_SECRETS: z.enum(["true", "false"], "must be true or false").default("false"),
    HSTS_INCLUDE_SUBDOMAINS: z.enum(["true", "false"], "must be true or false").default("false"),
    LEAKED_KEYS_PUBLIC_KEYS_URL: httpUrl.default("https://api.github.com/meta/public_keys/secret_scanning"),
    DNS_SERVERS: z
      .string()
      .default("")
      .transform((list) => list.split(/[\s,]+/).filter(Boolean))
      .refine(
        (list) => list.every((server) => /^[0-9a-f.:[\]]+$/i.test(server)),
        "must be addresses like 10.0.0.53 or 127.0.0.1:5353",
      ),
    WEBHOOK_PRIVATE_ADDRESSES: z
      .string()
      .default("")
      .transform((list) => list.split(/[\s,]+/).filter(Boolean))
      .refine(areRanges, "must be addresses or ranges like 10.1.0.0/16"),
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    CURRENCY: z
      .string()
      .regex(/^[A-Z]{3}$/, "must be a currency's code of three capital letters, like EUR")
      .default("EUR"),
    PRICES: z.string().optional(),
    PRICES_FILE: z.string().optional(),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
    ROLE: z.enum(["all", "web", "gateway"]).default("all"),
  })
  .refine((values) => values.AUTH_SECRET !== values.KEY_PEPPER, {
    path: ["KEY_PEPPER"],
    error: "must not be the same as AUTH_SECRET",
  })
  .refine(
    (values) => values.NODE_ENV !== "production" || values.APP_URL.startsWith("https:") || isPrivate(values.APP_URL),
    {
      path: ["APP_URL"],
      error: "must be https, unless it is this machine or a private network",
    },
  )
  .refine((values) => !values.MAILBOX_URL || isLoopback(values.APP_URL), {
    path: ["RESEND_API_KEY"],
    error:
      "must be set unless APP_URL is this machine: without it every sign-in link stands on a page that opens without sign-in",
  })
  .superRefine((values, context) => {
    // A provider with only half of its variables would show a button that fails.
    for (const [first, ...rest] of providerVariables) {
      for (const name of values[first] ? rest : []) {
        if (!values[name]) context.addIssue({ code: "custom", path: [name], message: `is needed with ${first}` });
      }
    }
    // Without this check, a bucket without credentials would silently leave the files on the local disk.
    if (s3Variables.some((name) => values[name])) {
      for (const name of ["S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const)
        if (!values[name]) context.addIssue({ code: "custom", path: [name], message: "is needed with the other S3_…" });
      if (values.FILES_DIR)
        context.addIssue({ code: "custom", path: ["FILES_DIR"], message: "must not be set together with S3_BUCKET" });
    }
  })
  .transform((values) => ({
    ...values,
    /**
     * The address on which the server listens. An instance whose URL is localhost is reachable from this machine only.
     */
    HOST: values.HOST ?? (isLoopback(values.APP_URL) ? "127.0.0.1" : "0.0.0.0"),
    MAIL_FROM: values.MAIL_FROM ?? "",
    isSecure: values.APP_URL.startsWith("https:"),
    /** The value of the Strict-Transport-Security header. Subdomains are included only if the operator says so. */
    hsts: `max-age=63072000${values.HSTS_INCLUDE_SUBDOMAINS === "true" ? "; includeSubDomains" : ""}`,
    FILES_DIR: path.resolve(/* turbopackIgnore: true */ values.FILES_DIR ?? `${values.DATA_DIR}/files`),
    /** The bucket for files; null: files are in FILES_DIR. */
    s3: s3Of(values),
  }));

export type Env = z.output<typeof schema> & {
  prices: PriceSetting[];
  /** The variable that contains the prices; null: operators set them in the interface. */
  pricesSetBy: string | null;
  /** At least one. */
  modelServers: ModelServerSettings[];
  /** The operator's settings of models, by their ids. */
  models: Map<string, ModelSetting>;
  /** In the order of their buttons. */
  providers: AnyProvider[];
  proxies: ProxySettings;
  /** The mail server; null: mail goes out through Resend, or as operators set it. */
  smtp: SmtpSettings | null;
  /** Where `/metrics` is served; null: nowhere. */
  metrics: MetricsSettings;
  /** The settings of the trace collector; null: no traces are sent. */
  tracing: TracingSettings;
  /** The addresses in OPERATORS; empty: the variable is not set. */
  operators: string[];
};

/**
 * Reads and checks a set of variables; an empty one counts as missing.
 *
 * @throws EnvError naming every variable that is wrong
 */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(present);
  const { prices, complaints } = readPrices(present);
  const pricesSetBy = ["PRICES", "PRICES_FILE"].find((name) => present[name]) ?? null;
  const { servers, complaints: more } = readModelServers(present);
  const { models, complaints: ofModels } = readModels(present);
  const { providers, complaints: ofProviders } = readSignInProviders(present, result.data?.APP_URL ?? "");
  const { proxies, complaints: ofProxies } = readProxies(present);
  const { smtp, complaints: ofSmtp } = readSmtp(present);
  const { operators, complaints: ofOperators } = readOperators(present);
  const { metrics, complaints: ofMetrics } = readMetrics(present);
  const { tracing, complaints: ofTracing } = readTracing(present);
  if (!present.MAIL && !present.MAIL_FROM) complaints.push("MAIL_FROM is not set");
  complaints.push(
    ...more,
    ...ofModels,
    ...ofProviders,
    ...ofProxies,
    ...ofSmtp,
    ...ofOperators,
    ...ofMetrics,
    ...ofTracing,
  );
  if (result.success && complaints.length === 0)
    return {
      ...result.data,
      prices,
      pricesSetBy,
      modelServers: servers,
      models,
      providers,
      proxies,
      smtp,
      operators,
      metrics,
      tracing,
    };
  const lines = (result.error?.issues ?? []).map((issue) => {
    const name = issue.path.join(".");
    return present[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
  });
  lines.push(...complaints);
  throw new EnvError(`Atelier cannot start:\n${[...new Set(lines)].map((line) => `  ${line}`).join("\n")}`);
}

let parsed: Env | undefined;

/** Returns the process's configuration, read once. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}
