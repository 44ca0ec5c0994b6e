import { defuse, oneLine } from "./defuse";
import { Fact, Strong } from "./layout";

/** Renders a label and a name or text that a user wrote. No part of it can look like our own text or become a link. */
export function Named({ label, text }: { label: string; text: string }) {
  return (
    <Fact label={label}>
      <Strong>{defuse(text)}</Strong>
    </Fact>
  );
}

/** Renders a person's name and address as they entered them, or only the address. Omits an empty address. */
export function Who({ label, name, email }: { label: string; name: string; email: string }) {
  const address = oneLine(email);
  const person = defuse(name) || address;
  return (
    <Fact label={label}>
      <Strong>{person}</Strong>
      {address !== "" && person !== address && <> ({address})</>}
    </Fact>
  );
}
