import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { Link } from "@/app/_ui/link";
import type { Outputs } from "@/server/composition/outputs";

type WayOut = Outputs["instance"]["mail"]["wayOut"];

const encryptions = {
  tls: "TLS from the first byte",
  starttls: "STARTTLS, required",
  "if-offered": "STARTTLS, if the server offers it",
  none: "None",
} as const;

/** Draws how mail leaves the instance, and which variable says so. */
export function WayOutCard(wayOut: WayOut) {
  return (
    <Card
      title="Delivery"
      description={
        wayOut.setBy ? `Set by ${wayOut.setBy}. A change needs a restart.` : "RESEND_API_KEY and SMTP_URL are not set."
      }
    >
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[max-content_1fr]">
        <Fact name="By">
          {wayOut.kind === "smtp" && "SMTP"}
          {wayOut.kind === "resend" && "Resend"}
          {wayOut.kind === "mailbox" && (
            <>
              The mailbox of this machine: nothing is delivered, and all mail is shown at{" "}
              <Link href="/dev/mailbox" className="underline underline-offset-3">
                /dev/mailbox
              </Link>
            </>
          )}
        </Fact>
        {wayOut.kind === "smtp" && (
          <>
            <Fact name="Host">{wayOut.host}</Fact>
            <Fact name="Port">{wayOut.port}</Fact>
            <Fact name="Encryption">{encryptions[wayOut.encryption]}</Fact>
            <Fact name="Login">{wayOut.hasLogin ? "With user and password" : "None"}</Fact>
          </>
        )}
        {wayOut.kind === "resend" && <Fact name="Host">{wayOut.host}</Fact>}
        <Fact name="Sender">{wayOut.from} (set by MAIL_FROM)</Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="wrap-anywhere min-w-0">{children}</dd>
    </div>
  );
}
