import { Link } from "@react-email/components";
import { Small } from "./layout";
import { style } from "./style";

/** Where an invitation is turned down: pages of ours that need no account and change nothing by being opened. */
export interface TurnDownProps {
  declineUrl: string;
  reportUrl: string;
}

/**
 * Renders what an invitation's mails offer below the button besides accepting it. Each link is the last word of its line, so that
 * in the text version nothing follows its address.
 */
export function TurnDownLinks({ declineUrl, reportUrl }: TurnDownProps) {
  return (
    <>
      <Small>
        Not for you? <Quiet href={declineUrl} label="Decline" />
      </Small>
      <Small>
        Unwanted? <Quiet href={reportUrl} label="Report" />
      </Small>
    </>
  );
}

function Quiet({ href, label }: { href: string; label: string }) {
  return (
    <Link href={href} className="muted" style={style.quiet}>
      {label}
    </Link>
  );
}
