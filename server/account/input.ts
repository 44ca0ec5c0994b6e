import { z } from "zod";
import { pictureHash } from "@/server/api/images/input";
import { cursor, emailAddress, properName } from "@/server/api/input";
import { type OptionalMail, optionalMails } from "@/server/mail/input";
import { type PersonSection, personSections } from "./export/person-sections";
import { type WorkspaceSection, workspaceSections } from "./export/sections";

export const updateProfile = z.strictObject({ name: properName("Your name") });
export const ownAvatar = z.strictObject({ hash: pictureHash });
/** The address typed again, as proof that the person knows which account they delete. */
export const deleteAccount = z.strictObject({ confirmation: z.string().max(320) });
export const oneSession = z.strictObject({ sessionId: z.uuid() });
export const oneProvider = z.strictObject({ provider: z.string().regex(/^[a-z0-9-]{1,40}$/) });

export const exportedPersonPart = z.strictObject({
  section: z.enum(Object.keys(personSections) as [PersonSection, ...PersonSection[]]),
  after: cursor,
});
export const exportedWorkspacePart = z.strictObject({
  section: z.enum(Object.keys(workspaceSections) as [WorkspaceSection, ...WorkspaceSection[]]),
  workspaceId: z.uuid(),
  after: cursor,
});

/** The new address of the person. */
export const changeEmail = z.strictObject({ email: emailAddress });
export const oneToken = z.strictObject({ token: z.string().max(100) });

/**
 * The kinds of mail that the person wants. The form also sends an empty value, so that choosing none differs from not
 * choosing.
 */
export const chooseMails = z.strictObject({
  topics: z.preprocess(
    (value) => (Array.isArray(value) ? value : [value]).filter((topic) => topic !== ""),
    z.array(z.enum(Object.keys(optionalMails) as [OptionalMail, ...OptionalMail[]])).max(20),
  ),
});
