import dns from "node:dns";
import type { LookupFunction } from "node:net";
import type { Agent, Dispatcher } from "undici";
import { type AddressRules, isAddressAllowed, isPlainAllowed } from "./addresses";
import { AddressRefused, type Connector, type Resolve, resolveAllowed } from "./allowed-addresses";
import { env } from "./env";
import { guardedTunnel } from "./guarded-tunnel";
import { loadUndici, proxyFor } from "./outgoing";

/**
 * Returns a `lookup` function for `net.connect`. It looks a host up once and returns exactly the addresses that were
 * checked. One address that is not allowed refuses the whole host.
 */
export function guardedLookup(rules: () => AddressRules, resolve: Resolve = dns.promises.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolveAllowed(hostname, rules, resolve).then(
      (found) => {
        const [first] = found;
        const wanted = found.filter(({ family }) => !options.family || familyOf(options.family) === family);
        if (options.all) callback(null, wanted);
        else callback(null, (wanted[0] ?? first).address, (wanted[0] ?? first).family);
      },
      (error) => callback(error, "", 0),
    );
  };
}

const familyOf = (family: number | "IPv4" | "IPv6") => (family === "IPv4" ? 4 : family === "IPv6" ? 6 : family);

/**
 * Returns a connector that connects to allowed addresses only. A host that is an address is checked before, a name when
 * it is looked up, and every connected socket once more by its remote address.
 */
export function guardedConnector(connect: Connector, rules: () => AddressRules): Connector {
  return (options, callback) => {
    const { hostname } = options;
    const isLiteral = /^[\d.]+$/.test(hostname) || hostname.includes(":");
    if (isLiteral && !isAddressAllowed(hostname, rules()))
      return callback(new AddressRefused("an address that is not allowed"), null);
    connect(options, (...answer) => {
      const [error, socket] = answer;
      if (error !== null) return callback(error, null);
      const address = socket.remoteAddress ?? "";
      const isAllowed = options.protocol !== "http:" || isPlainAllowed(address, rules());
      if (!isAllowed || !isAddressAllowed(address, rules())) {
        socket.destroy();
        return callback(new AddressRefused("an address that is not allowed"), null);
      }
      callback(null, socket);
    });
  };
}

/** The rules for connections to a server. Tests also replace how names are looked up and which proxy is used. */
export type Guard = { rules: () => AddressRules; resolve?: Resolve; proxy?: (url: URL) => string | null };

async function connectorFor(
  { rules, resolve = dns.promises.lookup, proxy = proxyFor }: Guard,
  { maxCachedSessions }: { maxCachedSessions: number },
): Promise<Connector> {
  const { buildConnector } = await loadUndici();
  const timeoutMs = env().UPSTREAM_CONNECT_MS;
  const common = { allowH2: false, timeout: timeoutMs, maxCachedSessions };
  const direct = guardedConnector(buildConnector({ ...common, lookup: guardedLookup(rules, resolve) }), rules);
  const secured = buildConnector(common);
  return (options, callback) => {
    const by = proxy(new URL(`${options.protocol}//${options.host ?? options.hostname}`));
    const connect = by === null ? direct : guardedTunnel(by, secured, { rules, resolve, timeoutMs });
    connect(options, callback);
  };
}

/**
 * Returns a pool of connections to a server, each kept for `idleMs` after an answer. They use the proxy of the
 * environment, if there is one for the URL.
 */
export async function guardedPool(
  url: URL,
  guard: Guard,
  { idleMs }: { idleMs: number },
  onConnect: () => void,
): Promise<Dispatcher> {
  const { Pool } = await loadUndici();
  const common = { allowH2: false, keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs };
  return new Pool(url.origin, { ...common, connect: await connectorFor(guard, { maxCachedSessions: 100 }) }).on(
    "connect",
    onConnect,
  );
}

const agents = new WeakMap<Guard, Promise<Agent>>();

/**
 * Fetches like `fetch`, but connects to allowed addresses only. A redirect is an error. Each fetch has its own
 * connection and TLS session: all workspaces share one guard, and the time that a fetch takes must not reveal whether
 * another workspace has just used the same host.
 */
export async function guardedFetch(url: string, guard: Guard, init: RequestInit): Promise<Response> {
  const { Agent, fetch } = await loadUndici();
  const agent =
    agents.get(guard) ??
    connectorFor(guard, { maxCachedSessions: 0 }).then((connect) => new Agent({ connect, pipelining: 0 }));
  agents.set(guard, agent);
  const options = { ...init, redirect: "error", dispatcher: await agent } as unknown as Parameters<typeof fetch>[1];
  return (await fetch(url, options)) as unknown as Response;
}
