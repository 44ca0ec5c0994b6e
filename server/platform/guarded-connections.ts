import dns from "node:dns";
import type { LookupFunction } from "node:net";
import type { Agent, Dispatcher } from "undici";
import { type AddressRules, isAddressAllowed, isPlainAllowed } from "./addresses";
import { AddressRefused, type Connector, type Resolve, resolveAllowed } from "./allowed-addresses";
import { env } from "./env";
import { guardedTunnel } from "./guarded-tunnel";
import { loadUndici, proxyFor } from "./outgoing";

/**
 * Returns the look-up that `net.connect` uses: it connects to the addresses that were checked and to no others, since it asks once. One
 * address that is not allowed is enough to refuse the host.
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
 * Returns what connects sockets to allowed addresses only: a host that is an address is checked before, any other as it is looked up, and
 * every socket once more by the address that it is connected to.
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

/** How connections to a server are made: where they may lead, and for tests how names are looked up and by which proxy. */
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

/** Returns connections to a server that are kept for `idleMs` after each answer, through the proxy of the environment if it has one for it. */
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
 * Fetches as `fetch` does, over connections to allowed addresses only. A redirect is an error. Each has a connection and a TLS session of its
 * own: one guard is for all workspaces, and how long a fetch takes must not tell whether another one was at the same host just before.
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
