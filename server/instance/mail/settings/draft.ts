import type { z } from "zod";
import { refuse } from "@/server/api/refusals";
import { baseUrlOfResend, type MailRoute } from "@/server/mail/route/current";
import { readRoute } from "@/server/mail/route/queries";
import { openSecret } from "@/server/mail/route/stored";
import { isPrivate } from "@/server/platform/private-network";
import type { setMail } from "./input";
import type { SetRoute } from "./queries";

type Typed = Omit<z.output<typeof setMail>, "isForced">;

/** The settings to store, and the route that they describe. `secret` undefined: the stored one is kept. */
export type Draft = { values: Omit<SetRoute, "hasSecret">; secret: string | null | undefined; route: MailRoute };

const timeoutMs = 15_000;

/**
 * Validates what an operator typed, and adds the stored secret when none was typed and the server and user are the
 * same. Refuses invalid values at their fields.
 */
export async function draftOf(typed: Typed): Promise<Draft> {
  const { kind, sender, host, port, encryption, user, secret } = typed;
  const wrong = (fields: Record<string, string>) => refuse("invalid_input", fields);
  if (kind === "resend") {
    const values = { kind, sender, ...noServer };
    const key = secret || (await kept(values));
    if (!key) throw wrong({ secret: "Enter the key. One that was kept cannot be read, or is for something else." });
    const route: MailRoute = { kind, from: sender, setBy: "operators", key, baseUrl: baseUrlOfResend() };
    return { values, secret: secret || undefined, route };
  }
  if (host === "") throw wrong({ host: "Enter the name of the mail server." });
  if (secret && !user) throw wrong({ user: "Enter the user that the password is for." });
  const isNear = isPrivate(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (user && !isNear && (encryption === "none" || encryption === "if-offered"))
    throw wrong({
      encryption: "A password is sent to a public host only encrypted: choose TLS or STARTTLS, required.",
    });
  const values = { kind, sender, host, port, encryption, username: user || null };
  const password = user ? secret || (await kept(values)) : null;
  if (user && !password)
    throw wrong({ secret: "Enter the password. One that was kept cannot be read, or is for another server or user." });
  const login = user ? { user, password: password ?? "" } : {};
  return {
    values,
    secret: user ? secret || undefined : null,
    route: {
      ...{ kind, from: sender, setBy: "operators" },
      smtp: { host, port, encryption, timeoutMs, isGuarded: true, ...login },
    },
  };
}

const noServer = { host: null, port: null, encryption: null, username: null };

/** Returns the stored secret if it is for this server and user. */
async function kept(values: Omit<SetRoute, "hasSecret">): Promise<string | null> {
  const stored = await readRoute();
  return stored?.secretSealed ? openSecret(values, stored.secretSealed) : null;
}
