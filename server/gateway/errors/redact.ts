import type { ModelServer } from "@/server/model-servers/client";
import { modelServers } from "@/server/model-servers/registry";
import { isPrivate } from "@/server/platform/private-network";

type Rule = { pattern: RegExp; instead: (found: string, ...groups: string[]) => string };

const removed = "[removed]";
const privateAddress =
  /(?<![\w.])(?:(?:0|10|127)\.\d{1,3}|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.]*\d)(?::\d{1,5})?/g;

/** Of this machine (::1), of a link (fe80::/10) and of a private network (fc00::/7). */
const privateIpv6 =
  /(?<![\w:.])\[?(?:::1|(?:fe[89ab][\da-f]|f[cd][\da-f]{2}):[\da-f:]+(?:%\w+)?)\]?(?::\d{1,5})?(?![\w:])/gi;

/** Holds for whatever a model server quotes, also of servers behind it. */
const always: Rule[] = [
  { pattern: /\bBearer\s+[\w.~+/=-]+/gi, instead: () => `Bearer ${removed}` },
  {
    pattern:
      /\b((?:proxy-)?authorization|x-api-key|api[-_]?key)(["']?\s*[:=]\s*)(?!["']?Bearer )["']?(?:(?:Basic|Digest|Negotiate|Token|ApiKey)\s+)?[^\s,;}]+/gi,
    instead: (_, name, between) => `${name}${between}${removed}`,
  },
  // A cookie's header has several, with spaces between them.
  {
    pattern: /\b((?:set-)?cookie)(["']?\s*[:=]\s*)[^\r\n}]+/gi,
    instead: (_, name, between) => `${name}${between}${removed}`,
  },
  { pattern: /\b(?:sk|pk|hf|gsk|xai)[-_][\w*.-]{8,}/g, instead: () => removed },
  { pattern: /\bhttps?:\/\/[^\s"'<>`,;)\]}]+/gi, instead: (url) => (isPrivate(url) ? removed : url) },
  { pattern: privateAddress, instead: () => removed },
  { pattern: privateIpv6, instead: () => removed },
  { pattern: /\blocalhost(?::\d{1,5})?\b/gi, instead: () => removed },
];

/** Removes from a text what its reader is not to see. */
export type Redact = (text: string) => string;

let known: { servers: ModelServer[]; rules: Rule[] } | undefined;

/**
 * Returns what removes from a server's words the addresses and keys of the instance's servers and its own, and what else is a key, a header with one,
 * or an address of a private network. Other workspaces' own servers do not count: no workspace may change, or find out by that, what another one
 * is told.
 */
export const redactorOf = (server: ModelServer): Redact => {
  const isOwn = server.source.kind === "workspace";
  return (text) =>
    [...(isOwn ? rulesOf(server.settings) : []), ...common()].reduce(
      (left, { pattern, instead }) => left.replace(pattern, instead),
      text,
    );
};

function common(): Rule[] {
  const servers = modelServers();
  if (known?.servers !== servers) {
    const ofInstance = servers.filter(({ source }) => source.kind !== "workspace");
    known = { servers, rules: [...ofInstance.flatMap(({ settings }) => rulesOf(settings)), ...always] };
  }
  return known.rules;
}

/**
 * Returns the rules that hide a server's address, which may be written as a URL, as a host with its port and, unless it is a
 * plain word like "ollama", as a host.
 */
function rulesOf({ url, key }: ModelServer["settings"]): Rule[] {
  const { hostname } = new URL(url);
  const host = escaped(hostname.replace(/^\[|\]$/g, ""));
  const port = /[.:]/.test(hostname) ? "(?::\\d{1,5})?" : ":\\d{1,5}";
  const patterns = [
    new RegExp(`\\b(?:https?|wss?)://(?:[^\\s/@]*@)?\\[?${host}\\]?(?![\\w-]|\\.\\w)[^\\s"'<>\`,;)}]*`, "gi"),
    new RegExp(`(?<![\\w.-])\\[?${host}(?![\\w-]|\\.\\w)\\]?${port}`, "gi"),
    ...(key ? [new RegExp(`(?<![A-Za-z0-9])${escaped(key)}(?![A-Za-z0-9])`, "g")] : []),
  ];
  return patterns.map((pattern) => ({ pattern, instead: () => removed }));
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
