import { transaction } from "@/db/client";
import { link, linkOrigin } from "@/server/mail/links";
import * as mail from "@/server/mail/queries";
import * as operators from "@/server/membership/operators/queries";
import { instanceOutages } from "@/server/model-servers/states";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import * as outages from "./queries";

const everyMs = 10_000;
const mostMailed = 50;

/**
 * Starts the job that mails the operators when a model server of the instance cannot be reached, once per outage. Each
 * process looks for the outages that it meets.
 */
export function startOutageMails(): Job {
  return repeat("model servers: outage mails", everyMs, mailOutages, (error) =>
    log.error({ err: error }, "operators could not be mailed about an outage"),
  );
}

/** Runs one round. */
export async function mailOutages(): Promise<void> {
  for (const server of instanceOutages())
    await transaction("write", {}, async (db) => {
      if (!(await outages.note(db, server))) return;
      for (const { email, isDeactivated } of await operators.list(db, mostMailed)) {
        if (!email || isDeactivated) continue;
        await mail.enqueueOptional(db, {
          to: email,
          template: "provider-out",
          props: { url: link("/instance/providers"), server, origin: linkOrigin() },
        });
      }
    });
}
