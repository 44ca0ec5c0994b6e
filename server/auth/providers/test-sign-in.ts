import { type Db, database, enterWorkspace, instanceLog, transaction } from "@/db/client";
import type { Context } from "@/server/api/context";
import * as audit from "@/server/audit/queries";
import * as operators from "@/server/membership/operators/queries";
import { open, seal } from "@/server/platform/sealed";
import type { AnyProvider } from "@/server/platform/settings/providers";
import { isDeactivated } from "../person";
import { addressOf, linkableByAddress, requiredProvider } from "../rules/queries";
import { type EntryRefusal, refusalOfEntry } from "../sign-up";
import type { ProviderAnswer } from "./client";
import { type FailureKind, failureOf } from "./failure";
import * as queries from "./queries";
import { claimsByReference, type ShownClaim, shownClaims, shownError } from "./shown-claims";
import { personOf, type Who } from "./who";

/** How the sign-in would have ended. */
export type TestOutcome = "signs_in" | "new_account" | FailureKind;

/**
 * The result of an operator's test of a provider: all claims, what would be used of them, and how the sign-in would
 * have ended.
 */
export type TestResult = {
  outcome: TestOutcome;
  /** The reason of a failure, for the operator; null: the test did not fail, or the outcome says it. */
  cause: string | null;
  taken: (Who & { subject: string }) | null;
  /** With SAML, the claims of the assertion. */
  idToken: ShownClaim[];
  /** Null: there is no userinfo endpoint, or it was not called. */
  userinfo: ShownClaim[] | null;
  byReference: string[];
  /** The memberships that would follow from the groups; null: this provider's groups create none. */
  groups?: GroupPlan | null;
};

/**
 * The memberships that would follow from a person's groups. A rule that is not in force waits for an Admin of its
 * workspace.
 */
export type GroupPlan = {
  claim: string;
  problem: "missing" | "by_reference" | "not_text" | "too_many" | null;
  isMissingNone: boolean;
  groups: number;
  rules: { group: string; role: string; workspace: string; slug: string; isInForce: boolean }[];
};

const purpose = "sign-in test";

/** Checks whether a person may test providers: only operators may. */
export async function mayTest(person: Context["person"]): Promise<boolean> {
  return person !== null && operators.isOperator(database(), person.id);
}

/** Returns what a sign-in with this answer of a provider would do. Creates no session and links nothing. */
export async function judge(provider: AnyProvider, answer: ProviderAnswer): Promise<TestResult> {
  const { subject, claims, shown: sent = claims } = answer;
  let userinfo: ShownClaim[] | null = null;
  const more = answer.askMore();
  try {
    const said = await more;
    if (Object.keys(said).length > 0) userinfo = shownClaims(said);
  } catch (error) {
    userinfo = [{ name: "(error)", value: shownError(error) }];
  }
  const shown = { idToken: shownClaims(sent), userinfo, byReference: claimsByReference(claims) };
  try {
    const who = await personOf(provider, { ...answer, askMore: () => more });
    const outcome = await outcomeOf(provider, subject, who);
    return { ...shown, outcome, cause: null, taken: { ...who, subject } };
  } catch (error) {
    const failure = failureOf(error);
    return { ...shown, outcome: failure.kind, cause: shownError(failure), taken: null };
  }
}

async function outcomeOf({ id }: AnyProvider, subject: string, { email }: Who): Promise<TestOutcome> {
  const owner = await queries.ownerOf({ provider: id, providerAccountId: subject });
  const address = owner === undefined ? email : await addressOf(owner);
  const required = address ? await requiredProvider(address) : null;
  if (required !== null && required !== id) return "other_provider";
  if (owner !== undefined) return (await isDeactivated(owner)) ? "deactivated" : "signs_in";
  if (email === null) return "no_address";
  if (required === id && (await linkableByAddress(database(), email, id))) return "signs_in";
  const refusal: EntryRefusal | null = await refusalOfEntry(email);
  if (refusal) return refusal;
  return (await queries.hasAccount(email)) ? "has_account" : "new_account";
}

/** Returns the result of a test that failed before the provider said who the person is. */
export function failedTest(error: unknown): TestResult {
  const failure = failureOf(error);
  return {
    outcome: failure.kind,
    cause: shownError(failure),
    taken: null,
    idToken: [],
    userinfo: null,
    byReference: [],
  };
}

/**
 * Stores the result of a test for its operator only, and writes the outcome, but no claims, into the instance's audit
 * log.
 */
export async function keepTest(
  actor: audit.Actor & { person: { id: string } },
  provider: AnyProvider,
  result: TestResult,
): Promise<void> {
  const sealed = seal(purpose, Buffer.from(JSON.stringify([actor.person.id, provider.id, result])));
  await transaction("write", {}, async (db) => {
    await queries.keepTest(db, actor.person.id, provider.id, sealed);
    await enterWorkspace(db, instanceLog);
    await audit.record(db, instanceLog, actor, {
      action: "sign_in_provider.tested",
      target: { type: "sign_in_provider", id: provider.id },
      after: { name: provider.name, outcome: result.outcome },
    });
  });
}

/** Returns the result of a person's last test of a provider, if it is at most 15 minutes old; null: none. */
export async function findTest(db: Db, userId: string, provider: string): Promise<TestResult | null> {
  const sealed = await queries.findTest(db, userId, provider);
  const opened = sealed && open(purpose, sealed);
  if (!opened) return null;
  const [of, at, result] = JSON.parse(opened.toString()) as [string, string, TestResult];
  return of === userId && at === provider ? result : null;
}
