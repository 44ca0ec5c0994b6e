import http from "node:http";
import https from "node:https";
import type { Dispatcher } from "undici";
import { env } from "./env";

/** Returns the proxy that a URL is reached by, as the environment has it (`settings/proxies.ts`); null: none. */
function proxyFor(url: URL): string | null {
  const { proxies } = env();
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  return proxy && !proxies.isDirect(url) ? proxy : null;
}

/**
 * Makes every `fetch` of this process go out by the proxies of the environment: sign-in providers, mail, the model
 * servers' lists. What is connected by `node:http` takes its agent from `agentFor`. Does nothing where there is no proxy.
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
