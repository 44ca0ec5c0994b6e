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
 * Returns how many mails are under way at once in each lane, of those that a person waits for and of the others: neither holds
 * the other up.
 */
const laneSize = () => (mailRoute().kind === "smtp" ? smtpConnections : 20);
const pollMs = 5_000;
const longestWait = 30 * 60;

/**
 * Delivers what is in the outbox: at once when a commit announces a mail, otherwise every five seconds. Any number of
 * instances may do this side by side; a mail is claimed by one, and a claim lapses when its worker dies. Each mail goes its
 * own way: one that hangs takes a place in its lane and nothing else.
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
  // Said once at the start, so that a wrong password is not first noticed by the person who waits for a link.
  const route = mailRoute();
  if (route.kind === "none") log.error("mail cannot be sent: no mail server and no provider is set");
  const checking =
    route.kind === "smtp" &&
    checkSmtp(route.smtp).catch((error) => log.error({ reason: reasonOf(error) }, "mail cannot be sent"));
  // Without LISTEN (a pooler in transaction mode) mail still goes out, at the polling interval.
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

/** Runs one round: sends what is due now, side by side. Returns how many mails were taken up. */
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

/** Returns the codes that a mail server's refusal had, as "550 5.1.1". */
function codesIn(reason: string): string | null {
  return /\(([\d. ]+)\)/.exec(reason)?.[1] ?? null;
}

function reasonOf(error: unknown): string {
  return error instanceof MailRefused ? error.message : "unexpected";
}
