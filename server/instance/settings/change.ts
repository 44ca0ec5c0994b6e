import { type Db, instanceLog } from "@/db/client";
import * as audit from "@/server/audit/queries";
import type { InstanceSettings } from "@/server/membership/instance/queries";
import * as settings from "./queries";

type Page = "sign-in" | "sign-up" | "appearance";

/** Returns the audit target for a page of the instance's settings. */
export const settingsTarget = (page: Page) => ({ type: "instance" as const, id: page });

type Action =
  | "appearance.changed"
  | "sign_in.mail_link_changed"
  | "sign_in.passkeys_changed"
  | "sign_in.sessions_changed"
  | "sign_up.changed"
  | "sign_up.creators_changed"
  | "sign_up.defaults_changed"
  | "sign_up.personal_defaults_changed";

/** Changes some of the instance's settings, with their audit row. They apply from the commit on. */
export async function changeSettings(
  ctx: audit.Actor & { db: Db },
  action: Action,
  page: Page,
  changes: Partial<Omit<InstanceSettings, "abuseCaps">>,
): Promise<void> {
  const held = await settings.hold(ctx.db);
  const names = Object.keys(changes) as (keyof typeof changes)[];
  await settings.set(ctx.db, changes);
  await audit.record(ctx.db, instanceLog, ctx, {
    action,
    target: settingsTarget(page),
    before: Object.fromEntries(names.map((name) => [name, held[name]])),
    after: changes,
  });
}
