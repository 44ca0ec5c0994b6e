import { z } from "zod";
import { cursor, properName, searchText } from "@/server/api/input";

export const createWorkspace = z.strictObject({
  name: properName("The name"),
  kind: z.enum(["organization", "personal"], { error: "Choose who the workspace is for." }),
  /** A UUID made when the form was rendered: a form that is sent twice creates one workspace. */
  creationKey: z.uuid(),
});

export const renameWorkspace = z.strictObject({ name: properName("The name") });

/** A person's workspaces are counted up to this number. */
export const mostCounted = 100;

export const listMine = z.strictObject({ search: searchText, after: cursor });
