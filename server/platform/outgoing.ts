import http from "node:http";
import https from "node:https";
import type { Dispatcher } from "undici";
import { env } from "./env";

/** Returns the proxy that a URL is reached by, as the environment has it (`settings/proxies.ts`); null: none. */
export function proxyFor(url: URL): string | null {
  const { proxies } = env();
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  return proxy && !proxies.isDirect(url) ? proxy : null;
}

/**
 * Makes every `fetch` of this process go out by the proxies of the environment: sign-in providers, mail, the model
 * servers' lists. What is connected by `node:http` takes its agent from `agentFor`, a model's answer comes by `dispatcherFor`. Does nothing
 * where there is no proxy.
 */
export async function honourProxies(): Promise<void> {
  const { http: plain, https: secure } = env().proxies;
  if (!plain && !secure) return;
  // Loaded only now: merely loading it replaces the dispatcher that Node brings.
  const { Agent, Dispatcher, ProxyAgent, setGlobalDispatcher } = await import("undici");
  const direct = new Agent();
  const proxied = new Map<string, Dispatcher>();
  class ByEnvironment extends Dispatcher {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const uri = proxyFor(new URL(String(options.origin)));
      if (!uri) return direct.dispatch(options, handler);
      // A tunnel for https alone: proxies seldom allow one to port 80.
      const agent = proxied.get(uri) ?? new ProxyAgent({ uri, proxyTunnel: false });
      proxied.set(uri, agent);
      return agent.dispatch(options, handler);
    }
  }
  setGlobalDispatcher(new ByEnvironment());
}

/**
 * Returns what sends requests to the server of a URL, by the proxy of the environment if it has one for it, on connections that are kept
 * for `idleMs` after each answer. One request at a time is on a connection; there are as many as there are requests.
 *
 * @param onConnect called for every new connection, right before it is given its first request
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

/** Loads undici. Merely loading it replaces the dispatcher of Node's own `fetch`, which is put back. */
export async function loadUndici() {
  // Node makes its own once one of these classes is asked for.
  void globalThis.Headers;
  const shared = globalThis as Record<symbol, unknown>;
  const before = shared[fetchDispatcher];
  const undici = await import("undici");
  shared[fetchDispatcher] = before;
  return undici;
}

const fetchDispatcher = Symbol.for("undici.globalDispatcher.1");

/**
 * Returns the agent by which `node:http` or `node:https` reaches a URL: one that tunnels through the proxy of the
 * environment (for http: asks it), or a plain one.
 *
 * @param options as of `http.Agent`
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
