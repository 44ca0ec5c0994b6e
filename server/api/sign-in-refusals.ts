/** The refusals of what operators require for signing in, in the form of `refusals`. */
export const signInRefusals = {
  provider_required: [
    "FORBIDDEN",
    "Your organization requires its own sign-in provider for your address. Continue with it below.",
  ],
  mail_link_off: [
    "FORBIDDEN",
    "Sign-in links by e-mail are turned off here. Sign in with a passkey or with one of the providers on the sign-in page.",
  ],
  passkey_required: ["FORBIDDEN", "You need a passkey here. Add or use yours on the sign-in page to continue."],
  untested_way: [
    "CONFLICT",
    "Before you turn this off, sign in with a passkey or an enabled provider. This makes sure that you can sign in again.",
  ],
  last_way_in: [
    "CONFLICT",
    "This is your only remaining way to sign in, because links by e-mail are turned off here. Add another one first.",
  ],
  last_passkey: [
    "CONFLICT",
    "You need a passkey here, and this is your last one. Add another one first, then remove this one.",
  ],
  passkeys_impossible: [
    "CONFLICT",
    "Passkeys work only on a host name with https. Set APP_URL to such an address first.",
  ],
  address_of_organization: [
    "FORBIDDEN",
    "Your organization requires its own sign-in provider for your address, so it cannot be changed here.",
  ],
  provider_in_use: [
    "CONFLICT",
    "Some domains are required to sign in with this provider. Remove that requirement first, under Sign-in.",
  ],
  break_glass_kept: [
    "CONFLICT",
    "This is the break-glass operator, whose passkey still works if all other ways to sign in fail. Choose another operator first, under Sign-in.",
  ],
  break_glass_missing: [
    "CONFLICT",
    "First choose a break-glass operator who has a passkey and can still sign in if the provider fails.",
  ],
} as const;
