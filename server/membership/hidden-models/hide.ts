import { randomBytes } from "node:crypto";
import type { Db } from "@/db/client";
import { can, type Role } from "@/server/access/permissions";
import { privateModelPattern, privateModelPrefix } from "@/server/access/private-models";
import { macOf } from "@/server/platform/sealed";
import * as hidden from "./queries";
import { eachText, findModelIds, mapTexts, replaceIds } from "./texts";

/** Runs something in a transaction inside the workspace of a reader. */
export type AskAsReader = <T>(run: (db: Db, reader: ModelReader) => Promise<T>) => Promise<T>;

/** Who reads, and where. `role` undefined: a person who is no member, or a service key, whose `personId` is null. */
export type ModelReader = { workspaceId: string; personId: string | null; role: Role | undefined };

/** Ids and what stands for them, the longest id first. */
type Names = (readonly [string, string])[];

/** Whether a role sees all models, also those for other members. */
export const seesAllModels = (role: Role | undefined): boolean => role !== undefined && can(role, "model:manage");

/** The text that stands for a hidden model: the same for every reader in a workspace, and not to be guessed from the id. */
function standIn(workspaceId: string, id: string): string {
  const mac = macOf("private model", Buffer.from(`${workspaceId} ${id}`)).toString("hex");
  return `${privateModelPrefix}${mac.slice(0, 12)}`;
}

/**
 * Replaces, in what a reader is about to get, the id of each model of the workspace that is for others, deleted ones too: by
 * a stand-in, wherever it is in a text. So amounts stay apart by model and their sums stay right. The suffix of a job whose
 * model is hidden, which is the model's name, is taken out.
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
 * Reads the stand-ins in what a person sends as the models they stand for. In a question, the id of a hidden model is as good
 * as one of no model.
 *
 * @returns the input, and what undoes that in the answer to it
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
  // A report repeats its texts.
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
