import { transaction } from "@/db/client";
import { isHearing, onAnnouncement } from "@/server/platform/announcements/announcements";
import { open, seal } from "@/server/platform/sealed";
import type { Hold } from "../calls/body";
import type { Media } from "../calls/media-reader";
import { isOnList, isOwnId, type ModelUser, ownModel } from "../door/allowed-models";
import type { Members } from "../translate/members";
import * as rows from "./queries";

/** A response with the conversation that the model was given for it, and the media in both. */
export type KeptResponse = {
  response: Members & { id: string };
  input: Members[];
  media: Media[];
  /** The model's id here, whatever name it was asked for by. */
  modelId: string;
};

/** Bytes of the longest that is kept. */
export const longestKept = 4 * 1024 * 1024;

const purpose = "kept response";

const remembered = new Map<string, number | null>();
const mostRemembered = 20_000;
let changes = 0;
onAnnouncement({ workspace: forget }, forgetAll);

function forget(workspaceId: string): void {
  changes++;
  remembered.delete(workspaceId);
}

function forgetAll(): void {
  changes++;
  remembered.clear();
}

/** Returns for how many days a workspace has responses kept; null: it does not. */
export async function keptDays(workspaceId: string): Promise<number | null> {
  const known = isHearing() ? remembered.get(workspaceId) : undefined;
  if (known !== undefined) return known;
  const before = changes;
  const days = await transaction("read", { workspaceId }, (db) => rows.keptDays(db, workspaceId));
  if (remembered.size >= mostRemembered) remembered.clear();
  if (changes === before) remembered.set(workspaceId, days);
  return days;
}

/**
 * Returns a kept response of a workspace; undefined: there is none of this id, or none any more.
 *
 * @param hold takes the room for it before it is loaded
 */
export async function findKept(workspaceId: string, id: string, hold: Hold): Promise<KeptResponse | undefined> {
  const row = await transaction("read", { workspaceId }, async (db) => {
    const bytes = await rows.lengthOf(db, workspaceId, id);
    if (bytes === undefined) return undefined;
    hold(bytes);
    return rows.find(db, workspaceId, id);
  });
  return row && opened(workspaceId, row);
}

/** Checks whether a kept response is one of a model that this key, or person, may use. */
export async function isReadable({ modelId, response }: KeptResponse, user: ModelUser): Promise<boolean> {
  if (!isOnList(user, modelId, String(response.model))) return false;
  return !isOwnId(modelId) || (await ownModel(modelId, user)) !== undefined;
}

/**
 * Returns the kept responses of a workspace in whose output these items are; undefined: together they are longer than the longest that is kept.
 *
 * @param hold takes the room for them before they are loaded
 */
export async function findWithItems(
  workspaceId: string,
  itemIds: string[],
  hold: Hold,
): Promise<KeptResponse[] | undefined> {
  const found = await transaction("read", { workspaceId }, async (db) => {
    const bytes = await rows.lengthWithItems(db, workspaceId, itemIds);
    if (bytes > longestKept) return undefined;
    hold(bytes);
    // Others may be kept meanwhile: no more is loaded than there is room for.
    return rows.listWithItems(db, workspaceId, itemIds, bytes);
  });
  if (!found || found.some(({ sealed }) => sealed === null)) return undefined;
  return found.flatMap(({ id, sealed }) => (sealed && opened(workspaceId, { id, sealed })) ?? []);
}

/** Keeps a response, if the workspace still wants that and it is not too long. Whether it did. */
export async function keep(workspaceId: string, kept: KeptResponse): Promise<boolean> {
  const { id, output } = kept.response;
  const plain = Buffer.from(JSON.stringify({ workspaceId, id, kept }));
  if (plain.length > longestKept) return false;
  const itemIds = (Array.isArray(output) ? output : []).flatMap((item: Members | null) =>
    typeof item?.id === "string" ? [item.id] : [],
  );
  const row = { id, itemIds, sealed: seal(purpose, plain) };
  return transaction("write", { workspaceId }, (db) => rows.keep(db, workspaceId, row));
}

/** Deletes a kept response. Whether there was one. */
export function removeKept(workspaceId: string, id: string): Promise<boolean> {
  return transaction("write", { workspaceId }, (db) => rows.remove(db, workspaceId, id));
}

/** What was put into another workspace's row, or another row, is nothing. */
function opened(workspaceId: string, { id, sealed }: rows.SealedResponse): KeptResponse | undefined {
  const plain = open(purpose, sealed);
  if (!plain) return undefined;
  const said = JSON.parse(plain.toString("utf8")) as { workspaceId: string; id: string; kept: KeptResponse };
  return said.workspaceId === workspaceId && said.id === id ? said.kept : undefined;
}
