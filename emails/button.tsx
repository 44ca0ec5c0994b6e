import { Button as Anchor, Link } from "@react-email/components";
import { Paragraph, Small } from "./layout";
import { style } from "./style";

/**
 * Renders the main action of a mail as a button, with the full address below it: some clients do not draw buttons, and some
 * people want to see where a link leads. The text version has only the address, on a separate line.
 */
export function Button({ href, label }: { href: string; label: string }) {
  return (
    <>
      <table role="presentation" cellPadding="0" cellSpacing="0" width="100%" data-skip-in-text="true">
        <tbody>
          <tr>
            <td style={{ padding: "8px 0 24px" }}>
              <Anchor href={href} className="button" style={style.button}>
                {label}
              </Anchor>
            </td>
          </tr>
        </tbody>
      </table>
      <Small>
        <span data-skip-in-text="true">Button not working? </span>Open this link in your browser:
      </Small>
      <Paragraph>
        <Link href={href} className="address" style={style.address}>
          {href}
        </Link>
      </Paragraph>
    </>
  );
}
