import { database } from "@/db/client";
import { type Job, repeat } from "@/server/platform/background";
import { log } from "@/server/platform/log";
import { mails } from "@/server/platform/metrics";
import { errorType, type Span, traced } from "@/server/platform/tracing/tracing";
import { MailRefused } from "./delivery/refused";
import { checkSmtp, smtpConnections } from "./delivery/smtp";
import type { Mail } from "./outbox";
import { type ClaimedMail, claimDue, failOverdue, markFailed, markSent, onMail, postpone } from "./queries";
import { mailRoute } from "./route/current";
import { send } from "./send";
import { findSuppression, suppress } from "./suppression/queries";

/**
 * Returns how many mails are sent at once in each lane. Mails that a person waits for have their own lane, so that
 * neither lane delays the other.
 */
const laneSize = () => (mailRoute().kind === "smtp" ? smtpConnections : 20);
const pollMs = 5_000;
const longestWait = 30 * 60;

/**
 * Starts the job that sends the mails in the outbox: at once when a commit announces one, otherwise every five seconds.
 * Any number of instances may run it: one instance claims a mail, and the claim expires if its worker dies. Each mail
 * is independent: a slow one takes only one place in its lane.
 */
export function startOutbox(): Job {
  const underWay = { urgent: new Set<Promise<void>>(), other: new Set<Promise<void>>() };
  const fill = async (lane: keyof typeof underWay) => {
    const size = laneSize();
    const free = size - underWay[lane].size;
    for (const mail of free > 0 ? await claimDue(free, lane) : []) {
      const work = deliver(mail)
        .catch((error) =>
          log.error({ err: error, mail: mail.id }, "the result of sending a mail could not be recorded"),
        )
        .finally(() => {
          const wasFull = underWay[lane].size >= size;
          underWay[lane].delete(work);
          if (wasFull) job.wake();
        });
      underWay[lane].add(work);
    }
  };
  const job = repeat(
    "mail: deliver",
    pollMs,
    async () => {
      await giveUpOverdue();
      await fill("urgent");
      await fill("other");
    },
    (error) => log.error({ err: error }, "the outbox could not be read"),
  );
  // Checked at the start, so that a wrong password is noticed before a person waits for a link.
  const route = mailRoute();
  if (route.kind === "none") log.error("mail cannot be sent: no mail server and no provider is set");
  const checking =
    route.kind === "smtp" &&
    checkSmtp(route.smtp).catch((error) => log.error({ reason: reasonOf(error) }, "mail cannot be sent"));
  // Without LISTEN (a pooler in transaction mode) mails are sent at the polling interval.
  const listening = onMail(job.wake).catch((error) =>
    log.warn({ err: error }, "cannot listen for mail; polling instead"),
  );
  return {
    async stop() {
      await job.stop();
      await Promise.all([...underWay.urgent, ...underWay.other]);
      await checking;
      const unlisten = await listening;
      await unlisten?.().catch(() => {});
    },
  };
}

/** Runs one round: sends all due mails at once. Returns how many mails it claimed. */
export async function deliverDue(): Promise<number> {
  await giveUpOverdue();
  const claimed = await claimDue(laneSize());
  await Promise.all(claimed.map(deliver));
  return claimed.length;
}

async function giveUpOverdue(): Promise<void> {
  const overdue = await failOverdue();
  if (overdue === 0) return;
  mails.inc({ outcome: "given up" }, overdue);
  log.error({ count: overdue }, "mails given up after 23 hours");
}

async function deliver({ id, attempts, mail }: ClaimedMail): Promise<void> {
  if (!mail) {
    log.error({ mail: id }, "a mail cannot be read: was AUTH_SECRET changed?");
    return markFailed(id, "sealed with another AUTH_SECRET");
  }
  await traced("client", `mail ${mail.template}`, { "atelier.mail_id": id }, (span) =>
    attempt({ id, attempts, mail }, span),
  );
}

async function attempt({ id, attempts, mail }: ClaimedMail & { mail: Mail }, span: Span): Promise<void> {
  const suppressed = await findSuppression(mail.to, mail.template);
  if (suppressed) {
    mails.inc({ outcome: "suppressed" });
    span.fail("suppressed");
    log.warn({ mail: id, template: mail.template, reason: suppressed }, "mail not sent to a suppressed address");
    return markFailed(id, `not sent: the address is suppressed (${suppressed})`);
  }
  try {
    await send(mail, id);
    await markSent(id);
    mails.inc({ outcome: "sent" });
    log.info({ mail: id, template: mail.template }, "mail sent");
  } catch (error) {
    const reason = reasonOf(error);
    span.fail(error instanceof MailRefused ? error.step : errorType(error));
    if (error instanceof MailRefused && error.isFinal) {
      mails.inc({ outcome: "refused" });
      log.error({ mail: id, template: mail.template, reason }, "mail refused for good");
      if (error.isAddressDead)
        await suppress(database(), { email: mail.to, reason: "refused", detail: codesIn(reason) });
      return markFailed(id, reason);
    }
    const asked = error instanceof MailRefused ? error.retryAfterSeconds : 0;
    const wait = Math.min(longestWait, Math.max(2 ** attempts, asked));
    log.warn(
      { mail: id, template: mail.template, reason, wait, ...(error instanceof MailRefused ? {} : { err: error }) },
      "mail postponed",
    );
    mails.inc({ outcome: "postponed" });
    await postpone(id, wait, reason);
  }
}

/** Returns the status codes in a mail server's refusal, such as "550 5.1.1". */
function codesIn(reason: string): string | null {
  return /\(([\d. ]+)\)/.exec(reason)?.[1] ?? null;
}

function reasonOf(error: unknown): string {
  return error instanceof MailRefused ? error.message : "unexpected";
}
