"use server";

import { formatCount } from "@/app/_ui/format";
import { outcomeText } from "@/app/_ui/selection-text";
import type { Api } from "@/server/composition/caller";
import { formAction } from "@/server/composition/form-action";

type Fields = Record<string, string | string[]>;

const done = (what: string) => ({ goTo: (_: unknown, { workspace }: Fields) => `/w/${workspace}/keys?done=${what}` });

/**
 * Adds the model that a first request with a new key can use; null when none is known. A failure here must not make the
 * creation of the key fail.
 */
async function withModel<Made>(api: Api, { workspace, models }: Fields, made: Promise<Made>) {
  const key = await made;
  // If the key is restricted to some models, the first request uses one of these.
  const [chosen] = [models].flat().flatMap((text) => text?.split(/[\s,]+/).filter(Boolean) ?? []);
  const endpoint = chosen ? null : await api.workspaces.endpoint({ workspace: String(workspace) }).catch(() => null);
  return { ...key, model: chosen ?? endpoint?.model ?? null };
}

export const createKey = formAction((api, input) => withModel(api, input, api.keys.create(input)));

export const updateKey = formAction((api, input) => api.keys.update(input), { message: "Saved." });

export const disableKey = formAction((api, input) => api.keys.disable(input), done("disabled"));

export const enableKey = formAction((api, input) => api.keys.enable(input), done("enabled"));

export const revokeKey = formAction((api, input) => api.keys.revoke(input), done("revoked"));

export const restoreKey = formAction((api, input) => api.keys.restore(input), done("restored"));

const seen = (what: string) => ({
  goTo: (_: unknown, { workspace, keyId }: Fields) => `/w/${workspace}/keys/view/${keyId}?done=${what}`,
});

export const narrowKey = formAction((api, input) => api.keys.narrow(input), seen("narrowed"));

export const undoNarrowing = formAction((api, input) => api.keys.undoNarrowing(input), seen("undone"));

export const rotateKey = formAction((api, input) => withModel(api, input, api.keys.rotate(input)));

export const fixKeys = formAction((api, input) => api.keys.fixMany(input), {
  message: ({ done, skipped }) =>
    `${formatCount(done.length, "key")} changed${skipped.length > 0 ? `, ${skipped.length} not changed` : ""}.`,
});

export const endKeys = formAction((api, input) => api.keys.endMany(input), { message: outcomeText });
