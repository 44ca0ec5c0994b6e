import { BlockList, isIP } from "node:net";

/** The proxies for outgoing requests, as URLs, and the hosts that are reached without one. */
export type ProxySettings = { http: string | null; https: string | null; isDirect: (url: URL) => boolean };

/**
 * Reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY. As in curl, each may be in lower case too, which takes
 * precedence. NO_PROXY lists hosts, separated by commas or spaces: a name, which also covers its subdomains, with or
 * without `.` or `*.` before it; an address or a range (`10.0.0.0/8`); each optionally with a port; or `*` for all
 * hosts. This machine is always reached directly.
 */
export function readProxies(variables: Record<string, string | undefined>): {
  proxies: ProxySettings;
  complaints: string[];
} {
  const complaints: string[] = [];
  const variable = (name: string) => variables[name.toLowerCase()] ?? variables[name];
  const proxyOf = (name: string): string | null => {
    const value = variable(name)?.trim();
    if (!value) return null;
    const url = value.includes("://") ? value : `http://${value}`;
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
    complaints.push(`${name} must be an http:// or https:// URL`);
    return null;
  };
  const any = proxyOf("ALL_PROXY");
  const proxies = {
    http: proxyOf("HTTP_PROXY") ?? any,
    https: proxyOf("HTTPS_PROXY") ?? any,
    isDirect: directness(
      (variable("NO_PROXY") ?? "")
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  };
  return { proxies, complaints };
}

function directness(entries: string[]): (url: URL) => boolean {
  const rules = entries.map(ruleOf);
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
    if (host === "localhost" || host.endsWith(".localhost") || /^127\./.test(host) || host === "::1") return true;
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    return rules.some((covers) => covers(host, port));
  };
}

function ruleOf(entry: string): (host: string, port: number) => boolean {
  if (entry === "*") return () => true;
  // An IPv6 address contains colons, so it is in brackets when a port follows.
  const [, name = "", port] =
    isIP(entry) === 6 ? ["", entry] : (/^(.*?)(?::(\d{1,5}))?$/.exec(entry)?.slice(0, 3) ?? []);
  const bare = name.replace(/^\[|\]$/g, "");
  const isPort = (asked: number) => port === undefined || Number(port) === asked;
  const [address = "", bits] = bare.split("/", 2);
  if (isIP(address)) {
    const list = new BlockList();
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    const length = Number(bits ?? (family === "ipv4" ? 32 : 128));
    // A range that cannot be read covers nothing.
    if (Number.isInteger(length) && length >= 0 && length <= (family === "ipv4" ? 32 : 128))
      list.addSubnet(address, length, family);
    return (host, asked) => isIP(host) !== 0 && list.check(host, isIP(host) === 4 ? "ipv4" : "ipv6") && isPort(asked);
  }
  const suffix = bare.replace(/^\*?\./, "");
  return (host, asked) => suffix !== "" && (host === suffix || host.endsWith(`.${suffix}`)) && isPort(asked);
}
