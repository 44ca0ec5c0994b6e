/** The refusals of what operators require for signing in, in the form of `refusals`. */
export const signInRefusals = {
  provider_required: [
    "FORBIDDEN",
    "Your organization requires its own sign-in provider for your address. Continue with it below.",
  ],
  mail_link_off: [
    "FORBIDDEN",
    "Sign-in links by e-mail are switched off here. Sign in with a passkey or with one of the providers on the sign-in page.",
  ],
  passkey_required: ["FORBIDDEN", "A passkey is required of you here. Add or use yours on the sign-in page to go on."],
  untested_way: [
    "CONFLICT",
    "Sign in with a passkey or an enabled provider first, and switch it off in that session. That proves that you can sign in again.",
  ],
  last_way_in: [
    "CONFLICT",
    "This is the last way to sign in that is left: links by e-mail are switched off here. Add another one first.",
  ],
  last_passkey: [
    "CONFLICT",
    "A passkey is required of you here, and this is the last one you have. Add another one first, then remove this one.",
  ],
  passkeys_impossible: [
    "CONFLICT",
    "Browsers make passkeys only for a host name with https. Set APP_URL to one first.",
  ],
  address_of_organization: [
    "FORBIDDEN",
    "Your organization requires its own sign-in provider for your address, so it cannot be changed here.",
  ],
  provider_in_use: ["CONFLICT", "Domains have to sign in with this provider. End that first, under Sign-in."],
  break_glass_kept: [
    "CONFLICT",
    "This is the break-glass operator, whose passkey is the way in if all others fail. Choose another one first, under Sign-in.",
  ],
  break_glass_missing: [
    "CONFLICT",
    "Choose a break-glass operator first, one who has a passkey: if the provider fails, they can still sign in.",
  ],
} as const;
