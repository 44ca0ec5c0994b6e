import { Column, Container, Head, Heading, Hr, Html, Link, Preview, Row, Section, Text } from "@react-email/components";
import type { ReactNode } from "react";
import { Mark } from "./mark";
import { isPlain, productName } from "./product";
import { style, styleSheet } from "./style";

interface LayoutProps {
  title: string;
  /** The line an inbox shows after the subject. Never a name: strangers choose those. */
  preheader: string;
  /** Our own address, so that people can compare it with where the links lead. */
  origin: string;
  /** Why this mail came to this person, as one sentence. */
  reason: ReactNode;
  children: ReactNode;
}

/** Renders what all our mails share: the wordmark, one card, and a footer that says where the mail comes from and why. */
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

/** Renders a paragraph of the mail's own message. */
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

/** Renders a label and what it stands for. What strangers chose goes here rather than into a sentence that would sound like ours. */
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

/** Renders a hairline between the message and the small print. It has no meaning in the text version. */
export function Rule() {
  return <Hr className="rule" style={style.rule} data-skip-in-text="true" />;
}

/** Renders text that a person wrote, kept apart from the sentence around it: right-to-left names do not reorder our own words. */
export function Strong({ children }: { children: string }) {
  return (
    <bdi className="ink" style={style.strong}>
      {children}
    </bdi>
  );
}
