import { randomBytes } from "node:crypto";
import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { privateModelPattern, privateModelPrefix } from "@/server/access/private-models";
import { macOf } from "@/server/platform/sealed";
import * as hidden from "./queries";
import { eachText, findModelIds, mapTexts, replaceIds } from "./texts";

/** Runs a function in a transaction inside the reader's workspace. */
export type AskAsReader = <T>(run: (db: Db, reader: ModelReader) => Promise<T>) => Promise<T>;

/**
 * The reader and the workspace. `role` is undefined for a person who is not a member and for a service key, whose
 * `personId` is null.
 */
export type ModelReader = { workspaceId: string; personId: string | null; role: Role | undefined };

/** Pairs of an id and its replacement, the longest id first. */
type Names = (readonly [string, string])[];

/** Whether a role sees all models, also those for other members. */
export const seesAllModels = (role: Role | undefined): boolean => role !== undefined && can(role, "model:manage");

/**
 * Returns the text that replaces a hidden model's id: the same for every reader in a workspace, and not derivable from
 * the id without the secret.
 */
function standIn(workspaceId: string, id: string): string {
  const mac = macOf("private model", Buffer.from(`${workspaceId} ${id}`)).toString("hex");
  return `${privateModelPrefix}${mac.slice(0, 12)}`;
}

/**
 * Replaces the ids of models that the reader may not see, including deleted ones, in an answer: each id, anywhere in a
 * text, by the same stand-in. So amounts stay separate by model and sums stay right. The suffix of a job whose model is
 * hidden is removed, because it is the model's name.
 */
export async function hideModels<T>(ask: AskAsReader, answer: T): Promise<T> {
  const ids = idsIn(answer);
  if (ids.length === 0) return answer;
  const names = await ask(async (db, { workspaceId, personId, role }) => {
    const found = seesAllModels(role) ? [] : await hidden.hiddenAmong(db, workspaceId, personId, ids);
    return namesOf(workspaceId, found);
  });
  return names.length === 0 ? answer : renamed(answer, names);
}

/**
 * Replaces stand-ins in a person's input by the ids of their models. In a query, the id of a hidden model is treated
 * like an unknown id.
 *
 * @returns the input, and `echo`, which undoes the replacement in the answer
 */
export async function revealModels<T>(
  ask: AskAsReader,
  input: T,
  isChange: boolean,
): Promise<{ input: T; echo: <Answer>(answer: Answer) => Answer }> {
  const named = new Set<string>();
  eachText(input, (text) => {
    for (const [name] of text.matchAll(privateModelPattern)) named.add(name);
  });
  const ids = isChange ? [] : idsIn(input);
  const same = { input, echo: <Answer>(answer: Answer) => answer };
  if (named.size + ids.length === 0) return same;
  const { unknown, known } = await ask(async (db, { workspaceId, personId, role }) => {
    const isAll = seesAllModels(role);
    const others = ids.length > 0 && !isAll ? await hidden.hiddenAmong(db, workspaceId, personId, ids) : [];
    const all = named.size > 0 && !isAll ? await hidden.listHidden(db, workspaceId, personId) : [];
    return {
      unknown: others.map((id) => [id, `no-model-${randomBytes(12).toString("hex")}`] as const),
      known: namesOf(workspaceId, all).flatMap(([id, name]) => (named.has(name) ? [[name, id] as const] : [])),
    };
  });
  if (unknown.length + known.length === 0) return same;
  const back = unknown.map(([id, other]) => [other, id] as const);
  return {
    input: mapTexts(input, (text) => replaceIds(replaceIds(text, unknown), known)),
    echo: (answer) => (back.length === 0 ? answer : mapTexts(answer, (text) => replaceIds(text, back))),
  };
}

function idsIn(value: unknown): string[] {
  const found = new Set<string>();
  eachText(value, (text) => findModelIds(text, found));
  return [...found];
}

function namesOf(workspaceId: string, ids: string[]): Names {
  return ids.map((id) => [id, standIn(workspaceId, id)] as const).sort(([one], [other]) => other.length - one.length);
}

function renamed<T>(answer: T, names: Names): T {
  const ids = new Set(names.map(([id]) => id));
  // A cache, because a report repeats its texts.
  const known = new Map<string, string>();
  const rename = (text: string) => {
    let name = known.get(text);
    if (name === undefined) {
      name = replaceIds(text, names);
      known.set(text, name);
    }
    return name;
  };
  return mapTexts(answer, rename, (before, after) => {
    if ("suffix" in before && Object.values(before).some((one) => ids.has(one as string))) after.suffix = null;
  });
}
