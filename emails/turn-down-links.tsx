import { Link } from "@react-email/components";
import { Small } from "./layout";
import { style } from "./style";

/** The addresses of the pages to decline or report an invitation. They need no account, and opening them changes nothing. */
export interface TurnDownProps {
  declineUrl: string;
  reportUrl: string;
}

/**
 * Renders the links below the button of an invitation mail, to decline or report it. Each link is the last word of its line, so that
 * nothing follows its address in the text version.
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
