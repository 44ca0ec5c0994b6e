import { readFileSync } from "node:fs";

/** One instruction of a Dockerfile, with what follows it. */
export type Instruction = { name: string; rest: string };

/** A stage of a Dockerfile: the name that others copy from it by, and its instructions after FROM. */
export type Stage = { name: string; instructions: Instruction[] };

/** What the last stage of a Dockerfile says about the running container. */
export type ImageSettings = {
  environment: Record<string, string>;
  command: string[];
  healthCheck: string[];
  user: string;
  folder: string;
};

/** Reads the stages of a Dockerfile. */
export function readStages(file: string): Stage[] {
  const stages: Stage[] = [];
  const text = readFileSync(file, "utf8").replaceAll(/\\\n\s*/g, " ");
  for (const line of text.split("\n").filter((each) => /^[A-Z]+ /.test(each))) {
    const [, name = "", rest = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push({ name: / AS (\w+)/.exec(rest)?.[1] ?? "", instructions: [] });
    else stages.at(-1)?.instructions.push({ name, rest });
  }
  return stages;
}

/** Returns what the last stage says about the running container. */
export function settingsOf(stages: Stage[]): ImageSettings {
  const { instructions = [] } = stages.at(-1) ?? {};
  const all = (name: string) => instructions.filter((each) => each.name === name).map(({ rest }) => rest);
  const listed = (line: string | undefined): string[] => JSON.parse(/\[.*\]$/.exec(line ?? "")?.[0] ?? "[]");
  return {
    environment: variablesOf(all("ENV")),
    command: listed(all("CMD")[0]),
    healthCheck: listed(all("HEALTHCHECK")[0]),
    user: all("USER").at(-1) ?? "root",
    folder: all("WORKDIR").at(-1) ?? "/",
  };
}

function variablesOf(lines: string[]): Record<string, string> {
  const assignments = lines.flatMap((line) => line.trim().split(/\s+/));
  return Object.fromEntries(assignments.map((text) => text.split(/=(.*)/s, 2) as [string, string]));
}
