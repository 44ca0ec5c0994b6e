import { TRPCError } from "@trpc/server";
import { Refusal, refuse } from "@/server/api/refusals";
import { type AddressRules, isAddressAllowed, plainAddress } from "@/server/platform/addresses";
import { env } from "@/server/platform/env";
import type { Guard } from "@/server/platform/guarded-connections";
import { notAllowed, ProbeFailed, probe } from "./probe";
import { type ProviderRow, sealKey } from "./stored";

type Described = {
  address: string;
  key: string;
  models: ProviderRow["models"];
  endpoints: ProviderRow["endpoints"];
  isForced: boolean;
};

/** A provider before a change. `hasKey` without `key`: its key cannot be decrypted. */
export type Before = { url: string; hasKey: boolean; key?: string | undefined };

/** The values to store of a provider, and its answer to the test. */
export type Checked = {
  url: string;
  models: ProviderRow["models"];
  endpoints: ProviderRow["endpoints"];
  /** Undefined: the key is not changed. */
  keySealed?: Buffer | null;
  said: string | null;
};

/**
 * Tests a provider with the entered settings, unless saving is forced. Refuses `invalid_input` at the field of an
 * address that may not be used and of a problem that the test found. The key must be entered again when it was for
 * another address or cannot be decrypted any more.
 *
 * @param before the stored provider; undefined for a new one
 */
export async function checkProvider(
  { address: url, key, models, endpoints, isForced, isWithoutKey = false }: Described & { isWithoutKey?: boolean },
  guard: Guard,
  before?: Before,
): Promise<Checked> {
  refuseAddress(url, guard.rules());
  const kept = before?.hasKey && !isWithoutKey && key === "" ? keptKey(before, url) : "";
  const used = key || kept;
  const said = isForced
    ? null
    : await probed({ name: "new", url, ...(used && { key: used }), ...(models && { models }) }, guard);
  const isKept = before !== undefined && key === "" && !isWithoutKey;
  return { url, models, endpoints, said, ...(!isKept && { keySealed: key === "" ? null : sealKey(url, key) }) };
}

async function probed(settings: Parameters<typeof probe>[0], guard: Guard): Promise<string> {
  try {
    return await probe(settings, guard);
  } catch (error) {
    if (error instanceof ProbeFailed) throw refuse("invalid_input", { [error.field]: error.sentence });
    throw error;
  }
}

function keptKey(before: Before, url: string): string {
  const wrong = (sentence: string) => refuse("invalid_input", { key: sentence });
  if (url !== before.url) throw wrong("The key was for the former address. Enter the key for this one.");
  if (before.key === undefined) throw wrong("The key cannot be read since AUTH_SECRET was changed. Enter it again.");
  return before.key;
}

/**
 * Refuses addresses that need no look-up: this Atelier itself, and a host that is an IP address that may not be used.
 */
function refuseAddress(url: string, rules: AddressRules): void {
  const { origin, hostname, protocol } = new URL(url);
  const wrong = (sentence: string) => refuse("invalid_input", { address: sentence });
  if (origin === new URL(env().APP_URL).origin) throw wrong("This is the address of this Atelier itself.");
  if (plainAddress(hostname) && !isAddressAllowed(hostname, rules)) throw wrong(notAllowed);
  if (protocol === "http:" && !mayBePlain(rules)) throw wrong("Enter an address that begins with https://.");
}

/** Checks whether these rules allow any network in which a key may be sent unencrypted. */
const mayBePlain = ({ refused, ranges }: AddressRules): boolean =>
  refused.texts.length === 0 || ranges.texts.length > 0;

/**
 * Returns the result of a provider's test as a sentence, also for a refusal.
 *
 * @throws any error that is not a refusal
 */
export async function verdict(test: () => Promise<Checked>): Promise<{ isWorking: boolean; said: string }> {
  try {
    return { isWorking: true, said: (await test()).said ?? "" };
  } catch (error) {
    const [sentence] = Object.values(fieldsOf(error));
    if (sentence === undefined) throw error;
    return { isWorking: false, said: sentence };
  }
}

const fieldsOf = (error: unknown): Record<string, string> =>
  error instanceof TRPCError && error.cause instanceof Refusal ? error.cause.fields : {};
