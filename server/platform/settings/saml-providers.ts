import { readFileSync } from "node:fs";
import { z } from "zod";
import { isProtected } from "../private-network";
import { readCertificates } from "../saml/certificates";
import { type Described, readMetadata } from "../saml/metadata";
import { readJsonSetting } from "./json";
import { providerId, type SamlSettings } from "./providers";

const attribute = z.string().regex(/^[\x21-\x7e]{1,80}$/);

const provider = z.strictObject({
  id: providerId,
  /** Our entity ID at the provider, if it is not the address of our metadata. */
  entityId: z
    .string()
    .regex(/^[\x21-\x7e]{1,400}$/)
    .optional(),
  name: z.string().trim().min(1).max(40),
  /** The path of a file with the provider's metadata; it replaces the next four. */
  metadataFile: z.string().min(1).optional(),
  issuer: z
    .string()
    .regex(/^[\x21-\x7e]{1,1024}$/)
    .optional(),
  signInUrl: z.string().max(2_000).optional(),
  signOutUrl: z.string().max(2_000).optional(),
  certificates: z.array(z.string().max(20_000)).min(1).max(5).optional(),
  trustEmail: z.boolean().default(false),
  emailClaim: attribute.default("email"),
  subjectClaim: attribute.nullable().default(null),
  signRequests: z.boolean().default(false),
});
type Entered = z.infer<typeof provider>;

const list = z
  .array(provider)
  .max(20)
  .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length);

/**
 * Returns the SAML providers in AUTH_SAML_PROVIDERS, or in the file that AUTH_SAML_PROVIDERS_FILE names. A complaint is
 * a sentence that begins with the variable's name and repeats no value.
 *
 * @param appUrl the origin for our entity IDs
 */
export function readSamlProviders(
  variables: Record<string, string | undefined>,
  appUrl: string,
): { providers: SamlSettings[]; complaints: string[] } {
  const setting = readJsonSetting(variables, "AUTH_SAML_PROVIDERS");
  if (!setting) return { providers: [], complaints: [] };
  if (setting.complaint !== undefined) return { providers: [], complaints: [setting.complaint] };
  const { name, json } = setting;
  const parsed = list.safeParse(json);
  if (!parsed.success)
    return { providers: [], complaints: parsed.error.issues.map((issue) => `${name} ${complaintOf(issue)}`) };
  const providers: SamlSettings[] = [];
  const complaints: string[] = [];
  for (const [index, entered] of parsed.data.entries()) {
    try {
      const { wantsSignedRequests, ...described } = describe(entered);
      const { id, name: label, trustEmail, emailClaim, subjectClaim, signRequests } = entered;
      const clientId = entered.entityId ?? `${appUrl}/api/auth/saml/${id}`;
      providers.push({
        ...{ id, name: label, trustEmail, emailClaim, subjectClaim, ...described, protocol: "saml", setBy: name },
        ...{ clientId, signsRequests: signRequests || wantsSignedRequests },
      });
    } catch (error) {
      complaints.push(`${name} provider ${index + 1}: ${(error as Error).message}`);
    }
  }
  return { providers, complaints };
}

function describe({ metadataFile, issuer, signInUrl, signOutUrl, certificates }: Entered): Described {
  const parts = [issuer, signInUrl, certificates];
  if (metadataFile !== undefined && [...parts, signOutUrl].some((part) => part !== undefined))
    throw new Error(
      "it has a metadataFile, which names issuer, signInUrl, signOutUrl and certificates. Leave these out.",
    );
  if (metadataFile === undefined && parts.some((part) => part === undefined))
    throw new Error("it needs a metadataFile, or issuer, signInUrl and certificates.");
  const described =
    metadataFile === undefined
      ? {
          ...{ issuer: issuer ?? "", signInUrl: signInUrl ?? "", signOutUrl: signOutUrl ?? null },
          wantsSignedRequests: false,
          certificates: readCertificates((certificates ?? []).join("\n")),
        }
      : readMetadata(textOf(metadataFile));
  if (!/^[\x21-\x7e]{1,1024}$/.test(described.issuer)) throw new Error("its metadata has no usable entity ID.");
  if (!URL.canParse(described.signInUrl) || !isProtected(described.signInUrl))
    throw new Error("its sign-in address is not https, nor http on this machine or a private network.");
  const { signOutUrl: out } = described;
  if (out !== null && (!URL.canParse(out) || !isProtected(out)))
    throw new Error("its sign-out address is not https, nor http on this machine or a private network.");
  return described;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error("its metadataFile cannot be read.");
  }
}

/** Returns where the mistake is, but never the value. */
function complaintOf({ path, code }: z.core.$ZodIssue): string {
  const [index, ...within] = path;
  if (typeof index !== "number") return "must be a list of at most 20 providers with different ids";
  if (code === "unrecognized_keys" || within.length === 0)
    return `provider ${index + 1} may have ${Object.keys(provider.shape).join(", ")}, and nothing else`;
  return `provider ${index + 1} has no usable ${String(within[0])}`;
}
