import { defuse, oneLine } from "./defuse";
import { Fact, Strong } from "./layout";

/** Renders a label and what a person wrote: a name or a text, of which no part can look like ours or like a link. */
export function Named({ label, text }: { label: string; text: string }) {
  return (
    <Fact label={label}>
      <Strong>{defuse(text)}</Strong>
    </Fact>
  );
}

/** Renders a person's name and address as they gave them, or the address alone. An address that is empty is left out. */
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
