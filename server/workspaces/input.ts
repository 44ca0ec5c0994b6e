import { z } from "zod";
import { cursor, properName, searchText } from "@/server/api/input";

export const createWorkspace = z.strictObject({
  name: properName("The name"),
  kind: z.enum(["organization", "personal"], { error: "Choose who the workspace is for." }),
  /** A UUID drawn when the form was: the same form sent twice makes one workspace. */
  creationKey: z.uuid(),
});

export const renameWorkspace = z.strictObject({ name: properName("The name") });

/** The count of a person's workspaces stops here. */
export const mostCounted = 100;

export const listMine = z.strictObject({ search: searchText, after: cursor });
