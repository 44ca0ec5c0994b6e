import { cache } from "react";
import { api } from "@/server/composition/caller";

/** Returns the workspace that a page is in. It is cached, because both the frame and the page read it. */
export const workspaceHere = cache(async (slug: string) => (await api()).workspaces.get({ workspace: slug }));
