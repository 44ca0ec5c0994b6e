import { randomUUID } from "node:crypto";
import { type DeliveryStep, MailRefused } from "@/server/mail/delivery/refused";
import { link, linkOrigin } from "@/server/mail/links";
import { type MailRoute, mailRoute } from "@/server/mail/route/current";
import { send } from "@/server/mail/send";

/** The result of a test mail. `step` null: it was accepted. */
export type TestOutcome = { isSent: boolean; step: DeliveryStep | null; title: string; said: string };

type Advice = { title: string; smtp: string; resend: string };

const advice: Record<DeliveryStep, Advice> = {
  name: {
    title: "Failed at: the mail server's name (DNS)",
    smtp: "Check the host{inSmtp}, and that this machine can look up names.",
    resend: "Check that this machine can look up names.",
  },
  connection: {
    title: "Failed at: the connection",
    smtp: "Check the host and the port{inSmtp}, that the mail server runs, that no firewall is in between, and that port 465 is asked for TLS from the first byte.",
    resend: "This machine does not reach Resend. Check its network, HTTPS_PROXY and RESEND_BASE_URL.",
  },
  encryption: {
    title: "Failed at: the encryption",
    smtp: "Check that the port speaks TLS as {asked}, and that the certificate is valid for this host. NODE_EXTRA_CA_CERTS adds an authority of your own.",
    resend: "Check the certificate of RESEND_BASE_URL.",
  },
  login: {
    title: "Failed at: the login",
    smtp: "Check the user and the password{inSmtp}, and that the connection is encrypted: many servers take a login only then.{encoded}",
    resend: "Resend refused the key. Check {key}, and that it may send.",
  },
  sender: {
    title: "Failed at: the sender",
    smtp: "The mail server does not let this login send as {sender}. Change it, or allow it at the server.",
    resend: "The domain of {sender} is not verified at Resend. Verify it there, or change the sender.",
  },
  recipient: {
    title: "Failed at: the recipient",
    smtp: "The mail server does not take mail for your address. It may not relay to other domains.",
    resend: "Resend does not take mail for your address.",
  },
  content: {
    title: "Failed at: the content",
    smtp: "The mail server took sender and recipient but not the mail itself. Its log says why.",
    resend: "Resend did not take the mail itself. Its log says why.",
  },
  volume: {
    title: "Failed at: the number of mails",
    smtp: "The mail server takes no more mails for now.",
    resend: "A limit of your plan at Resend is reached. Waiting mails are tried again.",
  },
  other: {
    title: "The test failed",
    smtp: "Check that a mail server answers at the host and port{inSmtp}. Its log may say more.",
    resend: "Resend, or what RESEND_BASE_URL names, did not answer as expected. Try again later.",
  },
};

const tryLater =
  "It asks to try again later, as mail servers do with senders that they do not know yet (greylisting). Repeat the test in a few minutes. Mail that waits is tried again by itself.";

/** The names of the settings in each place where mail can be configured. */
const words = {
  environment: {
    ...{ inSmtp: " in SMTP_URL", asked: "SMTP_URL says (smtps: from the first byte, smtp: by STARTTLS)" },
    ...{ encoded: " Special characters are percent-encoded there.", sender: "MAIL_FROM", key: "RESEND_API_KEY" },
  },
  operators: { inSmtp: "", asked: "chosen", encoded: "", sender: "this sender", key: "the key" },
};

const taken: Record<MailRoute["kind"], string> = {
  smtp: "The mail server took it. If it does not arrive within minutes, look among spam and into the server's log.",
  resend: "Resend took it. If it does not arrive within minutes, look among spam and into the log at Resend.",
  mailbox: "It is on the mailbox page of this instance, /dev/mailbox.",
  none: "",
};

/**
 * Sends a test mail to an address at once, not through the outbox, by the configured route or by a given one. There is
 * only one attempt.
 */
export async function sendTestMail(to: string, route: MailRoute = mailRoute()): Promise<TestOutcome> {
  const { kind, setBy } = route;
  if (kind === "none")
    return {
      ...{ isSent: false, step: "other", title: "Not sent" },
      said: "No way for mail to go out is set. Enter a mail server or a key of Resend.",
    };
  const props = { url: link("/instance/mail"), recipient: to, origin: linkOrigin() };
  try {
    await send({ to, template: "test-mail", props }, randomUUID(), route);
    return { isSent: true, step: null, title: `Sent to ${to}`, said: taken[kind] };
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    const { title, ...what } = advice[error.step];
    const isAskedAgain = error.step === "recipient" && !error.isFinal;
    const called = new Map(Object.entries(words[setBy === "operators" ? "operators" : "environment"]));
    const sentence = (isAskedAgain ? tryLater : what[kind === "smtp" ? "smtp" : "resend"]).replace(
      /\{(\w+)\}/g,
      (_, name) => called.get(name) ?? "",
    );
    return { isSent: false, step: error.step, title, said: `${sentence} What was said: ${error.message}.` };
  }
}
