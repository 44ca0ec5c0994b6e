import type { FailureKind } from "@/server/auth/providers/failure";

type Words = { tone: "info" | "warning"; text: string };

const words: Record<FailureKind, (name: string) => Words> = {
  cancelled: (name) => ({
    tone: "info",
    text: `${name} did not sign you in: the sign-in was cancelled, or your account there may not use Atelier. Nothing was changed.`,
  }),
  expired: (name) => ({
    tone: "info",
    text: `The sign-in with ${name} took too long, or was started in another browser. Start again here.`,
  }),
  unreachable: (name) => ({
    tone: "warning",
    text: `${name} is not responding. Try again in a moment, or continue with e-mail.`,
  }),
  misconfigured: (name) => ({
    tone: "warning",
    text: `The sign-in with ${name} failed: its response was invalid. The reason is in the log of this Atelier. Tell its operator, and continue with e-mail until it is fixed.`,
  }),
  no_address: (name) => ({
    tone: "warning",
    text: `${name} did not send your e-mail address, so no account can be created for you. Continue with e-mail here, then link ${name} in your account settings.`,
  }),
  unverified: (name) => ({
    tone: "warning",
    text: `${name} has not verified your e-mail address. Verify it there, or continue with e-mail here.`,
  }),
  has_account: (name) => ({
    tone: "warning",
    text: `An account with this address already exists. Sign in by e-mail, then link ${name} in your account settings.`,
  }),
  linked_elsewhere: (name) => ({
    tone: "warning",
    text: `${name} could not be linked: its account is already linked to another person here.`,
  }),
  deactivated: () => ({
    tone: "warning",
    text: "Your account is deactivated. Ask the people who run this Atelier to reactivate it.",
  }),
  sign_up_closed: (name) => ({
    tone: "warning",
    text: `${name} signed you in, but there is no account for your address, and your address may not create one here. Ask an Admin of the workspace that you want to join for an invitation.`,
  }),
  too_many_accounts: (name) => ({
    tone: "warning",
    text: `${name} signed you in, but there is no account for your address, and the daily limit of new accounts is reached. Try again tomorrow, or ask the people who run this Atelier.`,
  }),
  sign_in_again: (name) => ({
    tone: "warning",
    text: `To link ${name} you must have signed in within the last 10 minutes. Sign in again, then link it.`,
  }),
  other_provider: (name) => ({
    tone: "warning",
    text: `${name} cannot sign you in: your organization requires another sign-in provider for your address.`,
  }),
  disabled: (name) => ({
    tone: "info",
    text: `${name} is no longer a sign-in provider here. Continue with e-mail.`,
  }),
  clock: (name) => ({
    tone: "warning",
    text: `The sign-in with ${name} failed: its clock and the clock of this Atelier differ too much, or its response came late. Try again. If it happens again, tell the people who run this Atelier.`,
  }),
  replayed: (name) => ({ tone: "info", text: `This response of ${name} was already used. Start again here.` }),
  unsolicited: (name) => ({
    tone: "info",
    text: `Start the sign-in here, not at ${name}: click “Continue with ${name}”.`,
  }),
  too_many: () => ({ tone: "warning", text: "Too many attempts in a short time. Try again in 15 minutes." }),
};

/** Returns the sentence for a failed sign-in with a provider, from the query of the address; undefined when that names no failure. */
export function providerWords(failure: unknown, providers: { id: string; name: string }[], id: unknown) {
  if (typeof failure !== "string" || !Object.hasOwn(words, failure)) return undefined;
  const name = providers.find((provider) => provider.id === id)?.name ?? "The provider";
  return words[failure as FailureKind](name);
}
