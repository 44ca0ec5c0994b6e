import http from "node:http";
import https from "node:https";
import { isIP, type Socket } from "node:net";
import type { buildConnector } from "undici";
import { type AddressRules, isPlainAllowed } from "./addresses";
import { AddressRefused, type Connector, type Resolve, resolveAllowed } from "./allowed-addresses";

/**
 * Returns a connector that reaches a server through a proxy under the same rules. The name is looked up here, its
 * addresses are checked, and the proxy is asked to connect to the checked address instead of the name, so a later
 * change of the name has no effect.
 *
 * @param connect starts TLS on an existing socket
 */
export function guardedTunnel(
  proxy: string,
  connect: Connector,
  { rules, resolve, timeoutMs }: { rules: () => AddressRules; resolve: Resolve; timeoutMs: number },
): Connector {
  return (options, callback) => {
    const fail = (error: Error) => callback(error, null);
    resolveAllowed(options.hostname.replace(/^\[|\]$/g, ""), rules, resolve).then(([first]) => {
      const { address } = first;
      const isPlain = options.protocol === "http:";
      if (isPlain && !isPlainAllowed(address, rules()))
        return fail(new AddressRefused("an address that is not allowed"));
      const request = connectRequest(proxy, address, options, timeoutMs);
      request.on("error", fail);
      request.on("timeout", () => request.destroy(new Error("the proxy does not answer in time")));
      request.on("connect", (answer, socket) => {
        request.removeListener("error", fail);
        if (answer.statusCode !== 200) {
          socket.destroy();
          return fail(new Error(`the proxy refuses a tunnel with status ${answer.statusCode}`));
        }
        socket.setTimeout(0);
        if (isPlain) return callback(null, socket as Socket);
        connect({ ...options, httpSocket: socket as Socket }, callback);
      });
      request.end();
    }, fail);
  };
}

function connectRequest(
  proxy: string,
  address: string,
  { hostname, port, protocol }: buildConnector.Options,
  timeout: number,
): http.ClientRequest {
  const to = new URL(proxy);
  const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);
  const at = port || (protocol === "https:" ? "443" : "80");
  const credentials = `${decodeURIComponent(to.username)}:${decodeURIComponent(to.password)}`;
  const { request } = to.protocol === "https:" ? https : http;
  return request({
    ...{
      host: to.hostname.replace(/^\[|\]$/g, ""),
      port: to.port || (to.protocol === "https:" ? 443 : 80),
      agent: false,
      timeout,
    },
    ...{ method: "CONNECT", path: `${bracketed(address)}:${at}` },
    headers: {
      host: `${bracketed(hostname.replace(/^\[|\]$/g, ""))}:${at}`,
      ...(to.username && { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }),
    },
  });
}
