import type { FailureKind } from "@/server/auth/providers/failure";

type Words = { tone: "info" | "warning"; text: string };

const words: Record<FailureKind, (name: string) => Words> = {
  cancelled: (name) => ({
    tone: "info",
    text: `${name} did not sign you in: it was cancelled there, or your account there may not use Atelier. Nothing was changed.`,
  }),
  expired: (name) => ({
    tone: "info",
    text: `Signing in with ${name} took too long, or was begun in another browser. Begin again here.`,
  }),
  unreachable: (name) => ({
    tone: "warning",
    text: `${name} does not answer just now. Try again in a moment, or continue with e-mail.`,
  }),
  misconfigured: (name) => ({
    tone: "warning",
    text: `Signing in with ${name} did not work: its answer cannot be used. The reason is in the log of this Atelier; tell its operator, and continue with e-mail until then.`,
  }),
  no_address: (name) => ({
    tone: "warning",
    text: `${name} does not tell your e-mail address, so it cannot make you an account. Continue with e-mail here, then link ${name} in your account settings.`,
  }),
  unverified: (name) => ({
    tone: "warning",
    text: `${name} has not verified your e-mail address. Verify it there, or continue with e-mail here.`,
  }),
  has_account: (name) => ({
    tone: "warning",
    text: `There is an account with this address already. Sign in by e-mail, then link ${name} in your account settings.`,
  }),
  linked_elsewhere: (name) => ({
    tone: "warning",
    text: `${name} could not be linked: another person here has linked the same account.`,
  }),
  deactivated: () => ({
    tone: "warning",
    text: "Your account is deactivated. Ask the people who run this Atelier to reactivate it.",
  }),
  sign_up_closed: (name) => ({
    tone: "warning",
    text: `${name} signed you in, but there is no account for your address, and it may not create one here. Ask an Admin of the workspace that you want to join for an invitation.`,
  }),
  too_many_accounts: (name) => ({
    tone: "warning",
    text: `${name} signed you in, but there is no account for your address, and today no more accounts can be created here. Try again tomorrow, or ask the people who run this Atelier.`,
  }),
  sign_in_again: (name) => ({
    tone: "warning",
    text: `Linking ${name} needs a sign-in of the last 10 minutes. Sign in again, then link it.`,
  }),
  other_provider: (name) => ({
    tone: "warning",
    text: `${name} cannot sign you in: your organization requires another sign-in provider for your address.`,
  }),
  disabled: (name) => ({
    tone: "info",
    text: `${name} does not sign people in here any more. Continue with e-mail.`,
  }),
  clock: (name) => ({
    tone: "warning",
    text: `Signing in with ${name} did not work: its clock and the one of this Atelier differ too much, or its answer came late. Try again; if it happens again, tell the people who run this Atelier.`,
  }),
  replayed: (name) => ({ tone: "info", text: `This answer of ${name} was used already. Begin again here.` }),
  unsolicited: (name) => ({
    tone: "info",
    text: `Signing in begins here, not at ${name}: press “Continue with ${name}”.`,
  }),
  too_many: () => ({ tone: "warning", text: "That was too much in a short time. Try again in 15 minutes." }),
};

/** Returns the sentence for a failed sign-in with a provider, by the address's query; undefined when that names no failure. */
export function providerWords(failure: unknown, providers: { id: string; name: string }[], id: unknown) {
  if (typeof failure !== "string" || !Object.hasOwn(words, failure)) return undefined;
  const name = providers.find((provider) => provider.id === id)?.name ?? "The provider";
  return words[failure as FailureKind](name);
}
