import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { RelativeTime } from "@/app/_ui/time";
import { api } from "@/server/composition/caller";

export const metadata: Metadata = { title: "Mail" };

export default async function Mail({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const mail = await (await api()).mailbox.get({ id });
  const links = [...new Set(mail.text.match(/https?:\/\/[^\s<>"]+/g))];
  return (
    <main id="content" className="mx-auto w-full max-w-200 p-6 md:p-10">
      <PageHeader
        title={mail.subject}
        purpose={
          <>
            To {mail.to}, <RelativeTime date={mail.at} />
          </>
        }
        action={<LinkButton href="/dev/mailbox">Back to the mailbox</LinkButton>}
      />
      <Card title="Links in this mail" className="mb-6">
        <ul className="flex flex-col gap-2">
          {links.map((href) => (
            <li key={href}>
              <a
                href={href}
                className="break-all font-mono text-[0.8125rem] text-accent-ink underline underline-offset-2"
              >
                {href}
              </a>
            </li>
          ))}
        </ul>
      </Card>
      <iframe
        src={`/dev/mailbox/${id}/html`}
        title="The mail"
        sandbox="allow-top-navigation-by-user-activation"
        className="h-180 w-full rounded-xl border border-hairline bg-white"
      />
    </main>
  );
}
