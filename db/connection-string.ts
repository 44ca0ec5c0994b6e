import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type postgres from "postgres";

/**
 * A connection string is invalid. The message says what to change; it quotes only names of parameters, never values.
 */
export class ConnectionStringError extends Error {
  override readonly name = "ConnectionStringError";
}

/** The connection options of postgres.js that a connection string sets. */
export type Target = Pick<
  postgres.Options<Record<string, never>>,
  "host" | "port" | "path" | "database" | "username" | "password" | "ssl" | "connect_timeout" | "connection"
> & { sslnegotiation?: "direct" | "postgres"; target_session_attrs?: string };

const form = /^postgres(?:ql)?:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/;

/**
 * Parameters that are accepted and ignored: those of other libraries (Prisma, poolers), and those of libpq for
 * functions that this client does not have.
 */
const ignored = new Set([
  ...[
    "pgbouncer",
    "connection_limit",
    "pool_timeout",
    "socket_timeout",
    "statement_cache_size",
    "pool_mode",
    "supa",
    "workaround",
  ],
  ...[
    "client_encoding",
    "fallback_application_name",
    "gssencmode",
    "krbsrvname",
    "gsslib",
    "gssdelegation",
    "sslcompression",
  ],
  ...[
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "load_balance_hosts",
  ],
  ...["sslsni", "ssl_min_protocol_version", "ssl_max_protocol_version", "require_auth", "sslcertmode", "requirepeer"],
]);

/** Parameters that are read below. */
const read = new Set([
  ...["host", "hostaddr", "port", "dbname", "user", "password", "options", "application_name", "connect_timeout"],
  ...[
    "sslmode",
    "ssl",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcrl",
    "sslnegotiation",
    "channel_binding",
  ],
  ...["target_session_attrs", "schema"],
]);

/**
 * Reads a connection string as libpq does (https://www.postgresql.org/docs/current/libpq-connect.html), with the parameters
 * that hosted databases and other libraries put into theirs.
 *
 * @param text postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS; the host may be a folder with a socket, as
 *   `?host=/var/run/postgresql`
 * @param name the variable it came from, for messages
 * @throws ConnectionStringError
 */
export function parseConnectionString(text: string, name = "DATABASE_URL"): Target {
  const refuse = (why: string) => new ConnectionStringError(`${name} ${why}`);
  const match = form.exec(text.trim());
  if (!match)
    throw refuse(
      "is not postgres://USER:PASSWORD@HOST:PORT/DATABASE. In a password, write @ : / ? # % as %40 %3A %2F %3F %23 %25.",
    );
  const decode = (value: string | undefined) => {
    try {
      return value ? decodeURIComponent(value) : undefined;
    } catch {
      throw refuse("has a % that begins no code. Write it as %25.");
    }
  };
  const parameters = new Map<string, string>();
  for (const pair of (match[5] ?? "").split("&").filter(Boolean)) {
    const [key = "", value = ""] = pair.split(/=(.*)/s).map((part) => decode(part) ?? "");
    if (!read.has(key) && !ignored.has(key))
      throw refuse(
        `has the parameter "${key}", which Atelier does not know. Take it out; settings go into options=-c%20name=value.`,
      );
    parameters.set(key, value);
  }
  const schema = parameters.get("schema");
  if (schema && schema !== "public")
    throw refuse(
      `asks for the schema "${schema}". Atelier's tables are in "public": take the parameter out, or use a database of its own.`,
    );

  const given = (parameters.get("host") ?? "") || (match[3] ?? "");
  const hosts = given
    .split(",")
    .filter(Boolean)
    .map(splitHost)
    .map(({ host, port }) => ({ host: decode(host) ?? "", port }));
  const ports = (parameters.get("port") ?? "").split(",").filter(Boolean);
  const portOf = (index: number) => {
    const port = Number(hosts[index]?.port || ports[index] || ports[0] || 5432);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refuse("has a port that is none.");
    return port;
  };
  const folder = hosts.find(({ host }) => host.startsWith("/"))?.host;
  const user = parameters.get("user") ?? decode(match[1]);
  const timeout = Number(parameters.get("connect_timeout") ?? Number.NaN);
  const names = hosts.map(({ host }) => host);
  const negotiation = parameters.get("sslnegotiation") as "direct" | "postgres" | undefined;
  const attributes = parameters.get("target_session_attrs");
  return {
    ...(folder
      ? { path: `${folder.replace(/\/$/, "")}/.s.PGSQL.${portOf(0)}` }
      : names.length > 0 && { host: names, port: names.map((_, index) => portOf(index)) }),
    database: parameters.get("dbname") ?? decode(match[4]),
    username: user,
    password: parameters.get("password") ?? decode(match[2]),
    // A connection over a socket stays on this machine.
    ssl: folder ? false : tlsOf(parameters, names, refuse),
    ...(negotiation && { sslnegotiation: negotiation }),
    ...(attributes && attributes !== "any" && { target_session_attrs: attributes }),
    ...(timeout > 0 && { connect_timeout: timeout }),
    connection: {
      ...(parameters.has("options") && { options: parameters.get("options") }),
      ...(parameters.has("application_name") && { application_name: parameters.get("application_name") }),
    },
  } as Target;
}

/** Returns where a connection string leads, for people: a host with its port, or a socket. */
export function placeOf({ host, port, path }: Target): string {
  if (path) return path as unknown as string;
  const hosts = (host as string[] | undefined) ?? ["localhost"];
  return hosts.map((name, index) => `${name}:${(port as number[] | undefined)?.[index] ?? 5432}`).join(", ");
}

function splitHost(text: string): { host: string; port: string } {
  const bracketed = /^\[([^\]]+)\](?::(\d*))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] ?? "", port: bracketed[2] ?? "" };
  const [host = "", port = ""] = text.startsWith("/") ? [text] : text.split(":");
  return { host, port };
}

type Refuse = (why: string) => ConnectionStringError;

const modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

function tlsOf(parameters: Map<string, string>, hosts: string[], refuse: Refuse): Target["ssl"] {
  const root = parameters.get("sslrootcert");
  const asked = parameters.get("sslmode") ?? (parameters.get("ssl") === "true" ? "require" : undefined);
  if (asked !== undefined && !modes.includes(asked))
    throw refuse(`has an sslmode that is none of ${modes.join(", ")}.`);
  const binding = parameters.get("channel_binding") === "require";
  // Channel binding proves that TLS was established with the server that knows the password. This client does not
  // support it. Checking the certificate including its host name proves the same.
  const mode = binding || root === "system" ? "verify-full" : asked;
  // As libpq does: with root certificates, the server's certificate is checked.
  const verifies = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && root !== undefined);
  if (mode === undefined || mode === "disable") return false;
  // Without TLS if the server does not offer it.
  if (mode === "allow" || mode === "prefer") return "prefer";
  const file = (name: string) => {
    const path = parameters.get(name);
    if (!path) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw refuse(`has ${name}=${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  };
  const [host] = hosts;
  return {
    rejectUnauthorized: verifies,
    ...(root && root !== "system" && { ca: file("sslrootcert") }),
    ...(parameters.has("sslcrl") && { crl: file("sslcrl") }),
    ...(parameters.has("sslcert") && { cert: file("sslcert") }),
    ...(parameters.has("sslkey") && { key: file("sslkey") }),
    ...(parameters.has("sslpassword") && { passphrase: parameters.get("sslpassword") }),
    // The host name that the certificate must contain. With several hosts, each is checked under its own name.
    ...(host && hosts.length === 1 && { host, ...(isIP(host) === 0 && { servername: host }) }),
    ...(verifies && mode !== "verify-full" && { checkServerIdentity: () => undefined }),
  } satisfies ConnectionOptions;
}
