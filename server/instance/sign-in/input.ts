import { z } from "zod";
import { line } from "@/server/api/input";
import { isProtected } from "@/server/platform/private-network";
import { clientAuthentications, isSharedIssuer, oidcScope } from "@/server/platform/settings/providers";

const issuerMessage = "Enter an address like https://login.example.com/realms/staff.";

/** An issuer exactly as its discovery document has it: a slash at its end is kept. */
const issuer = z
  .string({ error: issuerMessage })
  .trim()
  .max(2_000, issuerMessage)
  .transform((text, context) => {
    const wrong = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    const typed = text.replace(/\/\.well-known\/openid-configuration\/?$/, "");
    if (!/^https?:\/\//i.test(typed) || !URL.canParse(typed)) return wrong(issuerMessage);
    const { username, password, search, hash, origin, pathname } = new URL(typed);
    if (username || password) return wrong("Enter the client's ID and secret in their own fields, not in the address.");
    if (search || hash) return wrong("Enter the address without “?” and “#”.");
    if (!isProtected(typed))
      return wrong("Enter an address that begins with https://, unless it is on a private network.");
    return pathname === "/" ? origin : `${origin}${pathname}`;
  });

const secret = z
  .string()
  .max(2_000, "This secret is too long.")
  .default("")
  .transform((text) => text.trim())
  .refine((text) => !/\p{Cc}/u.test(text), "A client secret has no line breaks.");

const scopeMessage = "Enter scopes separated by spaces, with “openid” among them.";
const scope = z
  .string()
  .max(1_000, scopeMessage)
  .default("")
  .transform((text) => text.trim().split(/\s+/).filter(Boolean).join(" ") || oidcScope)
  .refine((text) => /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(text) && text.split(" ").includes("openid"), scopeMessage);

const tick = z
  .literal("on")
  .optional()
  .transform((ticked) => ticked === "on");

const name = line("The name", 40);
const trustEmail = z
  .enum(["", "on"], { error: "Choose which addresses count." })
  .default("")
  .transform((choice) => choice === "on");
const claim = z.string().trim().default("");
const isClaim = (text: string) => /^[\x21-\x7e]{1,80}$/.test(text);

const shape = {
  name,
  clientId: z
    .string({ error: "Enter the client ID." })
    .trim()
    .regex(/^[\x20-\x7e]{1,400}$/, "Enter the client ID as the provider shows it."),
  secret,
  scope,
  emailClaim: claim
    .transform((text) => text || "email")
    .refine(isClaim, "Enter the name of a claim, such as email or upn."),
  trustEmail,
  clientAuthentication: z
    .enum(["", ...clientAuthentications], { error: "Choose how the client authenticates." })
    .default("")
    .transform((way) => way || null),
};

const needsTrust = {
  ...{ path: ["emailClaim"], error: "No provider verifies another claim than email: it needs trusted addresses." },
};
const isClaimTrusted = ({ emailClaim, trustEmail }: { emailClaim: string; trustEmail: boolean }) =>
  emailClaim === "email" || trustEmail;

const uuid = z.uuid().toLowerCase();

/** The fields of both forms of a SAML provider. Instead of the metadata, its parts can be entered. */
const samlShape = {
  ...{ providerId: uuid, name, trustEmail },
  metadata: z.string().max(500_000, "This is too long for the metadata of one provider.").trim().default(""),
  signInUrl: z.string().trim().max(2_000, "This address is too long.").default(""),
  signOutUrl: z.string().trim().max(2_000, "This address is too long.").default(""),
  /** Also when the metadata says that the provider requires it. */
  signsRequests: z
    .enum(["", "on"], { error: "Choose whether requests are signed." })
    .default("")
    .transform((choice) => choice === "on"),
  certificates: z.string().max(100_000, "This is too long for a few certificates.").trim().default(""),
  emailClaim: claim
    .transform((text) => text || "email")
    .refine(isClaim, "Enter the name of an attribute, such as mail."),
  subjectClaim: claim
    .transform((text) => text || null)
    .refine((text) => text === null || isClaim(text), "Enter the name of an attribute, such as uid."),
};
export const addSamlProvider = z.strictObject({
  ...samlShape,
  issuer: z.string().trim().max(1_024, "An entity ID has at most 1,024 characters.").default(""),
});
export const updateSamlProvider = z.strictObject(samlShape);

/** `isForced`: save it although its issuer does not respond. */
export const addSignInProvider = z
  .strictObject({ providerId: uuid, ...shape, issuer, isForced: tick })
  .refine(isClaimTrusted, needsTrust)
  .refine(({ secret: typed }) => typed !== "", { path: ["secret"], error: "Enter the client secret." })
  .refine(({ issuer: at, trustEmail }) => !trustEmail || !isSharedIssuer(at), {
    ...{ path: ["trustEmail"], error: "The addresses of an issuer that is open to all tenants cannot be trusted." },
  });

export const updateSignInProvider = z.strictObject({ providerId: uuid, ...shape }).refine(isClaimTrusted, needsTrust);
export const setSignInProviderState = z.strictObject({
  providerId: uuid,
  state: z.enum(["enabled", "disabled"], { error: "Choose a state." }),
});
export const changedSignInProvider = z.strictObject({ providerId: uuid });
/** Also a provider of the environment: these have short ids. */
export const oneSignInProvider = z.strictObject({ providerId: z.string().regex(/^[a-z0-9-]{1,40}$/) });
