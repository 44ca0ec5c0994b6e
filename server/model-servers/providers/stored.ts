import type { ProviderState, StatedTuned } from "@/db/schema/providers";
import { open, seal } from "@/server/platform/sealed";
import type { EndpointName } from "@/server/platform/settings/endpoints";
import type { ModelServerSettings } from "@/server/platform/settings/model-servers";

const purpose = "model provider key";

/** A provider as it is stored, with its key encrypted. */
export type ProviderRow = {
  id: string;
  name: string;
  url: string;
  keySealed: Buffer | null;
  state: ProviderState;
  models: { id: string; upstream: string; contextLength?: number }[] | null;
  endpoints: EndpointName[] | null;
  /** For an instance's provider: the models that were fine-tuned there; null: the ones that it marks as fine-tuned. */
  tuned: StatedTuned[] | null;
  /** For a workspace's own provider: its workspace; for the instance's: null. */
  workspaceId: string | null;
  /** For an instance's provider: the workspaces that may use it; null: all. */
  allowedWorkspaces: string[] | null;
};

/**
 * A provider with its decrypted key. `isKeyUnreadable`: the key was encrypted with another AUTH_SECRET, or for another
 * address.
 */
export type StoredProvider = Pick<ProviderRow, "id" | "workspaceId" | "allowedWorkspaces" | "state"> & {
  settings: ModelServerSettings;
  isKeyUnreadable: boolean;
};

/** Encrypts a provider's key, together with the address that it may be sent to. */
export function sealKey(url: string, key: string): Buffer {
  return seal(purpose, Buffer.from(JSON.stringify([url, key])));
}

/** Decrypts a provider's key. Null: it was encrypted with another AUTH_SECRET or for another address. */
export function openKey(url: string, sealed: Buffer): string | null {
  const opened = open(purpose, sealed);
  if (!opened) return null;
  const [address, key] = JSON.parse(opened.toString()) as [string, string];
  return address === url ? key : null;
}

/** Returns a stored provider with its decrypted key. */
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
