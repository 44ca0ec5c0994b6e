import http from "node:http";
import https from "node:https";
import type { Dispatcher } from "undici";
import { env } from "./env";

/** Returns the URL of the proxy for a URL, by the environment (`settings/proxies.ts`); null: no proxy. */
export function proxyFor(url: URL): string | null {
  const { proxies } = env();
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  return proxy && !proxies.isDirect(url) ? proxy : null;
}

/**
 * Makes every `fetch` of this process use the proxies of the environment: for sign-in providers, mail and the lists of
 * model servers. Connections of `node:http` use `agentFor` instead, and model answers `dispatcherFor`. Does nothing
 * without a proxy.
 */
export async function honourProxies(): Promise<void> {
  const { http: plain, https: secure } = env().proxies;
  if (!plain && !secure) return;
  // Loaded only now, because loading undici replaces Node's own dispatcher.
  const { Agent, Dispatcher, ProxyAgent, setGlobalDispatcher } = await import("undici");
  const direct = new Agent();
  const proxied = new Map<string, Dispatcher>();
  class ByEnvironment extends Dispatcher {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const uri = proxyFor(new URL(String(options.origin)));
      if (!uri) return direct.dispatch(options, handler);
      // Only https uses a tunnel: proxies seldom allow tunnels to port 80.
      const agent = proxied.get(uri) ?? new ProxyAgent({ uri, proxyTunnel: false });
      proxied.set(uri, agent);
      return agent.dispatch(options, handler);
    }
  }
  setGlobalDispatcher(new ByEnvironment());
}

/**
 * Returns a dispatcher for the server of a URL, through the environment's proxy if there is one for it. Connections are
 * kept for `idleMs` after each answer. Each connection has one request at a time; there are as many connections as
 * requests.
 *
 * @param onConnect called for every new connection, right before its first request
 */
export async function dispatcherFor(
  url: URL,
  { idleMs }: { idleMs: number },
  onConnect: () => void,
): Promise<Dispatcher> {
  const { Pool, ProxyAgent } = await loadUndici();
  const common = { allowH2: false, keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs };
  const open = (origin: string | URL, options: object) =>
    new Pool(origin, { ...options, ...common }).on("connect", onConnect);
  const proxy = proxyFor(url);
  if (!proxy) return open(url.origin, { connectTimeout: env().UPSTREAM_CONNECT_MS });
  return new ProxyAgent({ uri: proxy, proxyTunnel: url.protocol === "https:", factory: open });
}

/** Loads undici and restores the dispatcher of Node's own `fetch`, which loading replaces. */
export async function loadUndici() {
  // Node creates its own dispatcher when one of these classes is first used.
  void globalThis.Headers;
  const shared = globalThis as Record<symbol, unknown>;
  const before = shared[fetchDispatcher];
  const undici = await import("undici");
  shared[fetchDispatcher] = before;
  return undici;
}

const fetchDispatcher = Symbol.for("undici.globalDispatcher.1");

/**
 * Returns an agent for `node:http` or `node:https` to reach a URL. With a proxy in the environment, https is tunnelled
 * through it and http is sent to it; otherwise it is a plain agent.
 *
 * @param options those of `http.Agent`
 */
export async function agentFor(url: URL, options: http.AgentOptions = {}): Promise<http.Agent> {
  const proxy = proxyFor(url);
  if (url.protocol === "https:") {
    if (!proxy) return new https.Agent(options);
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(proxy, options);
  }
  if (!proxy) return new http.Agent(options);
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return new HttpProxyAgent(proxy, options);
}
