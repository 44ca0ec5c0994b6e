import type { TRPCError } from "@trpc/server";
import { reviewRefusals } from "./review-refusals";
import { signInRefusals } from "./sign-in-refusals";

type Code = TRPCError["code"];

/**
 * All refusals: for each code its tRPC code and the sentence that a person reads, which says what happened and what
 * to do. This map is the only source of refusals. Any other error is a bug and is shown as one.
 */
export const refusals = {
  ...reviewRefusals,
  ...signInRefusals,
  not_signed_in: ["UNAUTHORIZED", "Sign in to continue."],
  not_found: ["NOT_FOUND", "This does not exist, or you do not have access to it."],
  not_permitted: ["FORBIDDEN", "Your role in this workspace does not allow this. Ask an Admin."],
  viewing_as: [
    "FORBIDDEN",
    "You are viewing this workspace as another role, and nothing can be changed in that view. Stop viewing first, at the top of the page.",
  ],
  invalid_input: ["BAD_REQUEST", "Check the marked fields."],
  last_admin: ["CONFLICT", "A workspace needs at least one Admin. Make another member Admin first."],
  last_admin_end: [
    "CONFLICT",
    "A workspace needs at least one Admin whose membership does not end. Make another member Admin first.",
  ],
  last_admin_elsewhere: [
    "CONFLICT",
    "You are the last Admin of a workspace with other members. Make one of them Admin first.",
  ],
  last_operator: [
    "CONFLICT",
    "This instance needs at least one operator. Make another person operator first, under Instance settings.",
  ],
  set_by_environment: ["CONFLICT", "This is set by an environment variable and cannot be changed here."],
  operator_by_environment: [
    "CONFLICT",
    "The variable OPERATORS names this person. Remove their address from it, restart, then try again.",
  ],
  operator_already: ["CONFLICT", "This person is already an operator."],
  no_such_person: ["CONFLICT", "No account here has this verified address. Ask the person to sign in once first."],
  name_mismatch: ["BAD_REQUEST", "The name does not match. Type it exactly as shown."],
  cannot_grant: ["FORBIDDEN", "You cannot give a role with more permissions than your own."],
  personal_workspace: [
    "CONFLICT",
    "This is a personal workspace: it has one member. Create a workspace for your organization to work with others.",
  ],
  personal_exists: [
    "CONFLICT",
    "You already have a personal workspace. Create one for your organization, or switch to yours.",
  ],
  workspaces_closed: [
    "FORBIDDEN",
    "Not every account may create workspaces here. Ask the people who run this Atelier for one, or an Admin for an invitation.",
  ],
  personal_closed: ["FORBIDDEN", "There are no personal workspaces here. Ask an Admin of a workspace to invite you."],
  too_many_workspaces: [
    "CONFLICT",
    "You have reached the maximum number of workspaces per person. Delete one, or ask the people who run this Atelier.",
  ],
  workspace_suspended: [
    "FORBIDDEN",
    "The people who run this Atelier have suspended this workspace. Nothing in it can be changed until they resume it.",
  ],
  looking_inside: [
    "FORBIDDEN",
    "You are looking inside as an operator: this is not shown to you, and you cannot change anything.",
  ],
  state_changed: ["CONFLICT", "This was already done. Reload the page to see the current state."],
  too_many_accounts: ["TOO_MANY_REQUESTS", "The daily limit of new accounts is reached. Try again tomorrow."],
  provider_name_taken: ["CONFLICT", "A provider with this name already exists. Choose another name."],
  too_many_providers: ["CONFLICT", "The maximum number of providers is reached. Delete one first."],
  own_providers_closed: [
    "FORBIDDEN",
    "Workspaces cannot bring their own model providers here. Ask the people who run this Atelier.",
  ],
  prices_unreadable: ["BAD_REQUEST", "Some entries of this list cannot be read, so nothing was imported."],
  too_many_prices: ["CONFLICT", "This would exceed the maximum number of prices. Delete old ones first."],
  own_account: ["CONFLICT", "This is your own account. Ask another operator."],
  slug_taken: ["CONFLICT", "This address is taken, or was used by another workspace before. Choose another."],
  slug_reserved: ["BAD_REQUEST", "This word is reserved for Atelier. Choose another."],
  moved: ["NOT_FOUND", "This workspace has moved to another address. Reload the page to continue there."],
  seats_full: [
    "CONFLICT",
    "Every seat of this workspace is taken. An Admin can add seats on its settings page, or make room.",
  ],
  seat_free: ["CONFLICT", "A seat is free now. Reload the page to join."],
  seats_below_members: ["CONFLICT", "The workspace already has more members than that."],
  key_creators: ["FORBIDDEN", "In this workspace only Admins create keys. Ask one of them."],
  picture_unreadable: ["BAD_REQUEST", "This image could not be read. Choose a PNG, JPEG, WebP or GIF file."],
  wrong_account: ["FORBIDDEN", "This invitation is for another e-mail address. Sign in with that one to accept it."],
  verify_email: ["FORBIDDEN", "Confirm your e-mail address first: sign in with a link that we mail to you."],
  invitation_expired: ["CONFLICT", "This invitation has expired. Ask the person who invited you for a new one."],
  invitation_revoked: ["CONFLICT", "This invitation was revoked. Ask an Admin of the workspace for a new one."],
  invitation_used: ["CONFLICT", "This invitation has already been used."],
  invitation_declined: ["CONFLICT", "This invitation was declined. Ask the person who invited you for a new one."],
  inviter_lost_authority: [
    "FORBIDDEN",
    "The person who invited you may no longer invite to this workspace. Ask an Admin for a new invitation.",
  ],
  invitation_settled: ["CONFLICT", "This invitation is no longer pending. Reload the page to see its current state."],
  invitations_unwanted: [
    "CONFLICT",
    "The owner of one of these addresses reported an invitation of this workspace, so it cannot be invited again. Remove the address.",
  ],
  too_many_pending: [
    "CONFLICT",
    "A workspace can have 1,000 pending invitations. Revoke some, or wait until they are accepted.",
  ],
  too_many_addresses: ["BAD_REQUEST", "Invite at most 50 addresses at a time."],
  too_many_rows: ["BAD_REQUEST", "Invite at most 1,000 addresses at a time."],
  domain_public_suffix: [
    "BAD_REQUEST",
    "This is a public suffix: any person can register names under it. Enter your organization's own domain.",
  ],
  domain_consumer: [
    "BAD_REQUEST",
    "This domain belongs to a public mail provider. Enter your organization's own domain.",
  ],
  domain_exists: ["CONFLICT", "This workspace already has this domain."],
  too_many_domains: ["CONFLICT", "A workspace can have 20 domains. Remove one first."],
  domain_record_missing: [
    "CONFLICT",
    "The TXT record was not found. New records can take an hour to become visible. Check the name and the value, then try again.",
  ],
  domain_dns_unreachable: [
    "SERVICE_UNAVAILABLE",
    "No name server answered in time. Nothing was changed; try again in a moment.",
  ],
  domain_needs_record: [
    "CONFLICT",
    "People can join without approval only after the domain was verified by its TXT record.",
  ],
  not_open: ["NOT_FOUND", "This workspace is no longer open to your address. Ask one of its Admins."],
  former_member: [
    "FORBIDDEN",
    "You were a member of this workspace before. An Admin has to approve you again: ask to join.",
  ],
  already_member: ["CONFLICT", "You are already a member of this workspace."],
  request_settled: ["CONFLICT", "This request is no longer pending. Reload the page to see its current state."],
  no_such_model: ["CONFLICT", "There is no model with this ID here. Decline the request, or register the model first."],
  role_held: ["CONFLICT", "You already have this role."],
  link_closed: [
    "CONFLICT",
    "This link was turned off, has expired, or has reached its maximum number of uses. Ask an Admin for a new one.",
  ],
  link_wrong_domain: ["FORBIDDEN", "This link is for addresses of another domain. Sign in with your address there."],
  link_none: ["NOT_FOUND", "There is no open invite link."],
  sign_in_again: [
    "FORBIDDEN",
    "For this you must have signed in within the last 10 minutes. Sign in again in another tab, then try again here.",
  ],
  email_link_dead: [
    "CONFLICT",
    "This link was already used, has expired, or is for another account. Ask for a new one in your account settings.",
  ],
  passkey_refused: [
    "FORBIDDEN",
    "The passkey was not accepted. It may not be registered here, or it took too long. Try again, or sign in another way.",
  ],
  passkey_exists: ["CONFLICT", "This passkey was already added."],
  too_many_passkeys: ["CONFLICT", "An account can have 20 passkeys. Remove one first."],
  too_many: ["TOO_MANY_REQUESTS", "Too many attempts in a short time. Try again {when}."],
  too_many_rate_limits: ["CONFLICT", "A workspace can have limits for 100 models. Remove one first."],
  too_many_budgets: ["CONFLICT", "A workspace can have 1,000 spending limits. Remove one first."],
  key_revoked: ["CONFLICT", "This key is already revoked."],
  key_not_revoked: ["CONFLICT", "This key is not revoked. Reload the page to see its current state."],
  key_gone: ["CONFLICT", "This key was revoked more than an hour ago and can no longer be restored. Create a new one."],
  key_disabled: ["CONFLICT", "This key is already disabled."],
  key_not_disabled: ["CONFLICT", "This key is not disabled. Reload the page to see its current state."],
  key_leaked: ["CONFLICT", "This key was found in public, so it stays disabled. Rotate it and use the new one."],
  keys_not_kept: ["FORBIDDEN", "The keys of members who leave are revoked here. An Admin can keep them instead."],
  key_held: [
    "FORBIDDEN",
    "An Admin revoked, disabled or limited this key: only an Admin can undo that. Ask one of them.",
  ],
  model_held: [
    "FORBIDDEN",
    "An Admin archived this model, or limited who may use it: only an Admin can undo that. Ask one of them.",
  ],
  key_replaced: ["CONFLICT", "This key was already rotated. Use its successor."],
  key_beyond_policy: ["FORBIDDEN", "The workspace's policy does not allow a longer lifetime for this key. Rotate it."],
  key_above_workspace: ["FORBIDDEN", "This is more than the workspace's own limit."],
  keys_full: ["CONFLICT", "This workspace has reached its maximum number of keys. Revoke one that is not needed."],
  key_unchanged: ["CONFLICT", "It already has these settings."],
  key_unused: ["CONFLICT", "No use of this key was recorded in the last 30 days, so there is nothing to narrow it to."],
  key_not_narrowed: ["CONFLICT", "This key was not narrowed, or it has been changed since. Edit it instead."],
  key_beyond_bounds: ["FORBIDDEN", "This is more than the workspace allows its keys. Check the marked fields."],
  file_in_use: [
    "CONFLICT",
    "A fine-tuning job or a batch under way uses this file. Cancel it, or wait until it has ended.",
  ],
  too_many_jobs: ["CONFLICT", "A workspace can have 50 jobs that have not ended. Cancel some, or wait until they end."],
  job_not_validated: [
    "CONFLICT",
    "The model server is still checking this job's files. Start the job when they are accepted.",
  ],
  job_started: ["CONFLICT", "This job was already started."],
  job_cancelling: ["CONFLICT", "This job is already being cancelled."],
  job_ended: ["CONFLICT", "This job has already ended. Reload the page to see its current state."],
  too_many_batches: [
    "CONFLICT",
    "A workspace can have 50 batches that have not ended. Cancel some, or wait until they end.",
  ],
  batch_cancelling: ["CONFLICT", "This batch is already being cancelled."],
  batch_ended: ["CONFLICT", "This batch has already ended, or its files are being written."],
  spend_limit: ["PAYMENT_REQUIRED", "A spending limit is reached, or this would exceed it."],
  spend_under_way: ["TOO_MANY_REQUESTS", "The rest of a spending limit is reserved by requests in progress."],
  model_server_down: [
    "SERVICE_UNAVAILABLE",
    "The model server does not answer. Nothing was changed; try again in a moment.",
  ],
  model_archived: ["CONFLICT", "This model is archived. Restore it first."],
  model_not_free: [
    "CONFLICT",
    "No tuned model with this name can be registered: no model server runs it, or it is already registered.",
  ],
  models_unknown: [
    "SERVICE_UNAVAILABLE",
    "A model server does not answer. Nothing was changed; try again in a moment.",
  ],
  mail_unavailable: ["SERVICE_UNAVAILABLE", "We could not send the e-mail. Try again in a moment."],
  unavailable: [
    "SERVICE_UNAVAILABLE",
    "Atelier cannot reach its database. Nothing was changed; try again in a moment.",
  ],
} as const satisfies Record<string, readonly [Code, string]>;
