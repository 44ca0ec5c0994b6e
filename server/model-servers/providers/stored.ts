import type { ProviderState, StatedTuned } from "@/db/schema/providers";
import { open, seal } from "@/server/platform/sealed";
import type { EndpointName } from "@/server/platform/settings/endpoints";
import type { ModelServerSettings } from "@/server/platform/settings/model-servers";

const purpose = "model provider key";

/** A provider as the database has it, with its key sealed. */
export type ProviderRow = {
  id: string;
  name: string;
  url: string;
  keySealed: Buffer | null;
  state: ProviderState;
  models: { id: string; upstream: string; contextLength?: number }[] | null;
  endpoints: EndpointName[] | null;
  /** Of the instance's: the models that were fine-tuned there; null: those that it marks so. */
  tuned: StatedTuned[] | null;
  /** Of a workspace's own: which it is of. Of the instance's: null. */
  workspaceId: string | null;
  /** Of the instance's: which workspaces may use it; null: all. */
  allowedWorkspaces: string[] | null;
};

/** A provider as it is used. `isKeyUnreadable`: its key was sealed with another AUTH_SECRET, or for another address. */
export type StoredProvider = Pick<ProviderRow, "id" | "workspaceId" | "allowedWorkspaces" | "state"> & {
  settings: ModelServerSettings;
  isKeyUnreadable: boolean;
};

/** Encrypts a provider's key, together with the address that it may be sent to. */
export function sealKey(url: string, key: string): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify([url, key])));
}

/** Returns a provider's key, or null when it was sealed with another AUTH_SECRET or is for another address. */
export function openKey(url: string, sealed: Buffer): string | null {
  const opened = open(purpose, sealed);
  if (!opened) return null;
  const [address, key] = JSON.parse(opened.toString()) as [string, string];
  return address === url ? key : null;
}

/** Returns a provider as it is used, with its key in clear. */
export function readProvider(row: ProviderRow): StoredProvider {
  const { id, name, url, keySealed, state, models, tuned, endpoints, workspaceId, allowedWorkspaces } = row;
  const key = keySealed && openKey(url, keySealed);
  return {
    ...{ id, workspaceId, allowedWorkspaces, state },
    settings: {
      ...{ name, url },
      ...(key && { key }),
      ...(models && { models }),
      ...(tuned && { tuned }),
      ...(endpoints && { endpoints }),
    },
    isKeyUnreadable: keySealed !== null && key === null,
  };
}
