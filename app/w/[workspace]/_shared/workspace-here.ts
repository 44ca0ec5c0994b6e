import { cache } from "react";
import { api } from "@/server/composition/caller";

/** Returns the workspace that a page is in. The frame and the page ask for the same one: it is answered once. */
export const workspaceHere = cache(async (slug: string) => (await api()).workspaces.get({ workspace: slug }));
