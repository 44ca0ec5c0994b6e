import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Inbox } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Wordmark } from "@/app/_ui/mark";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/time";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Mailbox" };

export default async function Mailbox() {
  const mails = await (await api()).mailbox.list();
  return (
    <main id="content" className="mx-auto w-full max-w-200 p-6 md:p-10">
      <Wordmark className="mb-10" />
      <PageHeader
        title="Mailbox"
        purpose="No mail provider is configured, so all mail that this instance sends is shown here, without sign-in."
        action={<LinkButton href="/dev/mailbox">Reload</LinkButton>}
      />
      <Card isFlush>
        {mails.length === 0 ? (
          <EmptyState icon={<Inbox />} title="No mail yet">
            Sign in or invite a person, and the mail appears here a moment later.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-hairline">
            {mails.map((mail) => (
              <li key={mail.id}>
                <Link
                  href={`/dev/mailbox/${mail.id}` as never}
                  className="flex flex-col gap-0.5 px-4 py-3.5 hover:bg-sunken/45 md:px-5"
                >
                  <span className="flex items-baseline justify-between gap-4">
                    <span className="min-w-0 truncate font-medium">{mail.to}</span>
                    <span className="shrink-0 text-[0.8125rem] text-ink-faint">
                      <RelativeTime date={mail.at} />
                    </span>
                  </span>
                  <span className="text-ink-soft">{mail.subject}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </main>
  );
}
