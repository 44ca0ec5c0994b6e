import { readFileSync } from "node:fs";
import path from "node:path";

/** The version of this build, and the newest part of its changelog, at most eight entries. */
export type Version = { version: string; news: { title: string; entries: string[]; isMore: boolean } | null };

const mostEntries = 8;
let known: Version | undefined;

/** Returns the version of this build. It is read once, from the files of the build. */
export function currentVersion(): Version {
  known ??= {
    version: JSON.parse(read("package.json") ?? "{}").version ?? "",
    news: newsOf(read("CHANGELOG.md") ?? ""),
  };
  return known;
}

/** Returns the newest part of a changelog: its heading, and its entries without Markdown. */
export function newsOf(changelog: string): Version["news"] {
  const [, title, body = ""] = /^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  if (title === undefined) return null;
  const entries = body
    .split(/^- /m)
    .slice(1)
    .map((entry) => entry.replace(/[`*]/g, "").replace(/\s+/g, " ").trim());
  return { title, entries: entries.slice(0, mostEntries), isMore: entries.length > mostEntries };
}

function read(name: string): string | undefined {
  try {
    return readFileSync(path.join(/* turbopackIgnore: true */ process.cwd(), name), "utf8");
  } catch {
    return undefined;
  }
}
