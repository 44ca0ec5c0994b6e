import { defuse, oneLine } from "./defuse";
import { Fact, Strong } from "./layout";

/** Renders a person's name and address as they gave them, or the address alone. */
export function Who({ label, name, email }: { label: string; name: string; email: string }) {
  const address = oneLine(email);
  const person = defuse(name) || address;
  return (
    <Fact label={label}>
      <Strong>{person}</Strong>
      {person !== address && <> ({address})</>}
    </Fact>
  );
}
