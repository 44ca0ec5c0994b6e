import { Column, Container, Head, Heading, Hr, Html, Link, Preview, Row, Section, Text } from "@react-email/components";
import type { ReactNode } from "react";
import { Mark } from "./mark";
import { isPlain, productName } from "./product";
import { style, styleSheet } from "./style";

interface LayoutProps {
  title: string;
  /** The line an inbox shows after the subject. It never contains a name, because strangers choose their names. */
  preheader: string;
  /** The instance's address, so that people can compare the links with it. */
  origin: string;
  /** Why this person receives this mail, as one sentence. */
  reason: ReactNode;
  children: ReactNode;
}

/** Renders the common parts of all our mails: the wordmark, one card, and a footer that says where the mail comes from and why. */
export function Layout({ title, preheader, origin, reason, children }: LayoutProps) {
  return (
    <Html lang="en" dir="ltr">
      <Head>
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <style>{styleSheet}</style>
      </Head>
      <body className="paper" style={style.paper}>
        <Preview>{preheader}</Preview>
        <Section className="paper" style={style.paper}>
          <Row>
            <Column style={style.margin}>
              <Container className="frame" style={style.frame}>
                <Wordmark />
                <Section className="card" style={style.card}>
                  <Row>
                    <Column className="inside" style={style.inside}>
                      <Heading as="h1" className="ink" style={style.heading}>
                        {title}
                      </Heading>
                      {children}
                    </Column>
                  </Row>
                </Section>
                <Small>{reason}</Small>
                <Small>
                  Sent by {productName()} at{" "}
                  <Link href={origin} className="muted" style={style.origin}>
                    {origin}
                  </Link>
                </Small>
              </Container>
            </Column>
          </Row>
        </Section>
      </body>
    </Html>
  );
}

function Wordmark() {
  return (
    <Section>
      <Row>
        {isPlain() && (
          <Column style={{ width: "34px", verticalAlign: "middle" }} data-skip-in-text="true">
            <Mark />
          </Column>
        )}
        <Column style={{ verticalAlign: "middle" }}>
          <Text className="ink" style={style.wordmark}>
            {productName()}
          </Text>
        </Column>
      </Row>
    </Section>
  );
}

/** Renders a paragraph of the mail's main message. */
export function Paragraph({ children }: { children: ReactNode }) {
  return (
    <Text className="ink" style={style.text}>
      {children}
    </Text>
  );
}

/** Renders a paragraph that most people need not read. */
export function Small({ children }: { children: ReactNode }) {
  return (
    <Text className="muted" style={style.small}>
      {children}
    </Text>
  );
}

/** Renders a label and its value. Text that strangers chose is shown here, and not inside a sentence, where it would look like our own words. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Text className="ink" style={style.text}>
      <span className="muted" style={style.label}>
        {label}
      </span>
      <br />
      {children}
    </Text>
  );
}

/** Renders a thin line between the message and the footer text. The text version omits it. */
export function Rule() {
  return <Hr className="rule" style={style.rule} data-skip-in-text="true" />;
}

/** Renders text that a person wrote, isolated from the sentence around it, so that a right-to-left name does not reorder our words. */
export function Strong({ children }: { children: string }) {
  return (
    <bdi className="ink" style={style.strong}>
      {children}
    </bdi>
  );
}
