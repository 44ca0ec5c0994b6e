import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import type { Outputs } from "@/server/composition/outputs";
import { encryptions } from "./encryptions";

type Props = Pick<Outputs["instance"]["mail"], "wayOut" | "set" | "variableInForce">;

/** Draws how the instance sends mail, and where that is set. */
export function WayOutCard({ wayOut, set, variableInForce }: Props) {
  return (
    <Card title="Delivery" description={saidBy(variableInForce, set !== null)}>
      {wayOut.kind === "none" && (
        <div className="mb-5">
          <Notice tone="danger" title="No mail is sent">
            {wayOut.setBy === "operators"
              ? "The password or key cannot be read since AUTH_SECRET was changed. Enter it again below; mail waits for 23 hours."
              : "Neither a mail server nor Resend is set. Enter one below; mail waits for 23 hours."}
          </Notice>
        </div>
      )}
      {wayOut.kind !== "none" && (
        <dl className="grid gap-x-6 gap-y-3 grid-cols-[fit-content(40%)_minmax(0,1fr)]">
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
          <Fact name="Sender">
            {wayOut.from}
            {variableInForce && " (set by MAIL_FROM)"}
          </Fact>
        </dl>
      )}
    </Card>
  );
}

function saidBy(variable: Props["variableInForce"], isSet: boolean): string {
  if (!variable) return isSet ? "Set here, by operators." : "RESEND_API_KEY and SMTP_URL are not set: set it below.";
  const rest = isSet ? " The settings of this page are kept but not used." : "";
  return `Set by ${variable}. A change needs a restart.${rest}`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="wrap-anywhere min-w-0">{children}</dd>
    </div>
  );
}
