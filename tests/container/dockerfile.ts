import { readFileSync } from "node:fs";

/** What the last stage of a Dockerfile says about the running container. */
export type ImageSettings = { environment: Record<string, string>; command: string[]; healthCheck: string[] };

/** Reads ENV, CMD and HEALTHCHECK of the last stage. */
export function readDockerfile(file: string): ImageSettings {
  const text = readFileSync(file, "utf8").replaceAll(/\\\n\s*/g, " ");
  const lines = text.slice(text.lastIndexOf("\nFROM ")).split("\n");
  const rest = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));
  const listed = (line: string | undefined): string[] => JSON.parse(/\[.*\]$/.exec(line ?? "")?.[0] ?? "[]");
  const assignments = rest("ENV").flatMap((line) => line.trim().split(/\s+/));
  return {
    environment: Object.fromEntries(assignments.map((text) => text.split(/=(.*)/s, 2) as [string, string])),
    command: listed(rest("CMD")[0]),
    healthCheck: listed(rest("HEALTHCHECK")[0]),
  };
}
