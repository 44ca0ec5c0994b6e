import type { ModelServer } from "@/server/model-servers/client";
import { modelServers } from "@/server/model-servers/registry";
import { isPrivate } from "@/server/platform/private-network";

type Rule = { pattern: RegExp; instead: (found: string, ...groups: string[]) => string };

const removed = "[removed]";
const privateAddress =
  /(?<![\w.])(?:(?:10|127)\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.]*\d)(?::\d{1,5})?/g;

/** Holds for whatever a model server quotes, also of servers behind it. */
const always: Rule[] = [
  { pattern: /\bBearer\s+[\w.~+/=-]+/gi, instead: () => `Bearer ${removed}` },
  {
    pattern:
      /\b((?:proxy-)?authorization|x-api-key|api-key|(?:set-)?cookie)(["']?\s*[:=]\s*)(?!["']?Bearer )[^\s,;}]+/gi,
    instead: (_, name, between) => `${name}${between}${removed}`,
  },
  { pattern: /\b(?:sk|pk|hf|gsk|xai)[-_][\w*.-]{8,}/g, instead: () => removed },
  { pattern: /\bhttps?:\/\/[^\s"'<>`,;)\]}]+/gi, instead: (url) => (isPrivate(url) ? removed : url) },
  { pattern: privateAddress, instead: () => removed },
  { pattern: /\blocalhost(?::\d{1,5})?\b/gi, instead: () => removed },
];

let known: { servers: ModelServer[]; rules: Rule[] } | undefined;

/**
 * Removes from a model server's words the addresses and keys of all model servers, and what else is a key, a header with one, or an
 * address of a private network.
 */
export function redact(text: string): string {
  const servers = modelServers();
  if (known?.servers !== servers)
    known = { servers, rules: [...servers.flatMap(({ settings }) => rulesOf(settings)), ...always] };
  return known.rules.reduce((left, { pattern, instead }) => left.replace(pattern, instead), text);
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
