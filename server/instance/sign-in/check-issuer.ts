import { refuse } from "@/server/api/refusals";
import { checkIssuer as readIssuer } from "@/server/auth/providers/client";
import { failureOf } from "@/server/auth/providers/failure";
import { shownError } from "@/server/auth/providers/shown-claims";
import { isAddressAllowed, operatorRules, plainAddress } from "@/server/platform/addresses";
import { env } from "@/server/platform/env";
import type { ProviderSettings } from "@/server/platform/settings/providers";

type Described = Omit<ProviderSettings, "protocol" | "clientAuthentication" | "setBy"> & {
  clientAuthentication: ProviderSettings["clientAuthentication"] | null;
};

const notAllowed = "This address is one that a cloud or this machine keeps for itself. Use another.";

/**
 * Reads a provider's discovery document. Refuses at the field an issuer that is not allowed, does not respond, or has
 * no such document.
 */
export async function checkIssuer({ clientAuthentication, ...described }: Described): Promise<void> {
  const wrong = (sentence: string) => refuse("invalid_input", { issuer: sentence });
  const { origin, hostname } = new URL(described.issuer);
  if (origin === new URL(env().APP_URL).origin) throw wrong("This is the address of this Atelier itself.");
  if (plainAddress(hostname) && !isAddressAllowed(hostname, operatorRules)) throw wrong(notAllowed);
  try {
    const ways = clientAuthentication ?? undefined;
    await readIssuer({ ...described, protocol: "oidc", clientAuthentication: ways });
  } catch (error) {
    if (isRefusedAddress(error)) throw wrong(notAllowed);
    const { kind } = failureOf(error);
    const sentence =
      kind === "unreachable"
        ? "The issuer does not answer at this address."
        : "No discovery document of an OpenID Connect provider can be used at this address.";
    throw wrong(`${sentence} (${shownError(error)})`);
  }
}

function isRefusedAddress(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if ((each as { code?: unknown }).code === "ADDRESS_REFUSED") return true;
  return false;
}
