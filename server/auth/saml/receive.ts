import { transaction } from "@/db/client";
import { charge } from "@/server/api/charge";
import { refusalOf } from "@/server/api/trpc";
import { open, seal } from "@/server/platform/sealed";
import type { SamlSettings } from "@/server/platform/settings/providers";
import { clientKey, limits } from "@/server/platform/throttling/limits";
import type { ProviderAnswer } from "../providers/client";
import { type FailureKind, failureOf, ProviderFailure } from "../providers/failure";
import { keepAnswer, takeAnswer } from "./queries";
import { verifyResponse } from "./response";
import type { Said } from "./said";

const answers = "saml answer";
const refusals = "saml refusal";
/** The length of every refusal: different lengths would tell the sender the reason. */
const refusalBytes = 1_536;

/**
 * Receives the form that a provider's page makes a browser post: verifies the answer and stores it once, for the
 * browser that began the sign-in. Returns the query with which that browser continues; for an answer that is not
 * accepted, it contains the sealed reason.
 *
 * Browsers do not send our cookies with a form of another site. So this only stores the answer. The next request comes
 * from a page of ours and has the cookies that show which browser began the sign-in.
 */
export async function receiveResponse(
  provider: SamlSettings,
  { SAMLResponse, RelayState }: { SAMLResponse: unknown; RelayState: unknown },
  ip: string | null,
): Promise<URLSearchParams> {
  const relayed = typeof RelayState === "string" && /^[\w-]{43}$/.test(RelayState) ? RelayState : "";
  try {
    await chargeClient(ip);
    const { id: assertionId, state, usableUntil, said } = await verifyResponse(provider, SAMLResponse);
    // Some providers leave it out; if it is there, it must belong to the same sign-in.
    if (RelayState && relayed !== state)
      throw new ProviderFailure("misconfigured", "the RelayState is of another sign-in than the assertion");
    const sealed = seal(answers, Buffer.from(JSON.stringify([provider.id, state, said])));
    const arrived = { provider: provider.id, assertionId, state, sealed, usableUntil };
    if (!(await transaction("write", {}, (db) => keepAnswer(db, arrived))))
      throw new ProviderFailure("replayed", "the assertion was used before");
    return new URLSearchParams({ state });
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const refused = seal(refusals, writeRefusal([provider.id, relayed, error.kind], reasonsOf(error)));
    return new URLSearchParams({ state: relayed, refused: refused.toString("base64url") });
  }
}

async function chargeClient(ip: string | null): Promise<void> {
  try {
    await transaction("write", {}, (db) => charge(db, limits.samlAnswersPerClient, clientKey(ip)));
  } catch (error) {
    if (refusalOf(error as Error).reason !== "too_many") throw error;
    throw new ProviderFailure("too_many", "too many answers of SAML providers from one address", { cause: error });
  }
}

/** Returns the messages of an error and its causes: the error itself cannot be passed to the next request. */
function reasonsOf(error: Error): string[] {
  const reasons: string[] = [];
  for (let each: unknown = error; each instanceof Error && reasons.length < 3; each = each.cause)
    reasons.push(each.message.slice(0, 300));
  return reasons;
}

/** Writes a refusal, padded with spaces to the fixed length; reasons that are too long are cut. */
function writeRefusal(said: string[], reasons: string[]): Buffer {
  let most = 300;
  let json: string;
  do {
    json = JSON.stringify([...said, reasons.map((reason) => reason.slice(0, most))]);
    most = Math.floor(most / 2);
  } while (Buffer.byteLength(json) > refusalBytes);
  const written = Buffer.alloc(refusalBytes, " ");
  written.write(json);
  return written;
}

/** Returns why an answer was not accepted; null: it was accepted, or this is about another provider. */
export function readRefusal(provider: SamlSettings, sealed: string | null): ProviderFailure | null {
  const opened = sealed && open(refusals, Buffer.from(sealed, "base64url"));
  if (!opened) return null;
  const [of, , kind, [message = "", ...causes]] = JSON.parse(opened.toString()) as [
    string,
    string,
    FailureKind,
    string[],
  ];
  if (of !== provider.id) return null;
  const cause = causes.reduceRight<Error | undefined>((inner, text) => new Error(text, { cause: inner }), undefined);
  return new ProviderFailure(kind, message, { cause });
}

/**
 * Returns a provider's answer about the person in this browser, which began the sign-in with this state.
 *
 * @throws ProviderFailure why the answer was not accepted, or `expired`
 */
export async function takeResponse(provider: SamlSettings, search: string, state: string): Promise<ProviderAnswer> {
  const refusal = readRefusal(provider, new URLSearchParams(search).get("refused"));
  if (refusal) throw refusal;
  const sealed = await transaction("write", {}, (db) => takeAnswer(db, provider.id, state));
  const opened = sealed && open(answers, sealed);
  if (!opened) throw new ProviderFailure("expired", "nothing has arrived for this sign-in, or it was taken before");
  const [of, at, said] = JSON.parse(opened.toString()) as [string, string, Said];
  if (of !== provider.id || at !== state) throw failureOf(new Error("the kept answer is of another sign-in"));
  return { ...said, askMore: async () => ({}) };
}
