import { type AnyProvider, readProviders } from "./providers";
import { readSamlProviders } from "./saml-providers";

/** Returns all configured sign-in providers of every kind, and complaints about their settings. */
export function readSignInProviders(
  variables: Record<string, string | undefined>,
  appUrl: string,
): { providers: AnyProvider[]; complaints: string[] } {
  const [others, saml] = [readProviders(variables), readSamlProviders(variables, appUrl)];
  const complaints = [...others.complaints, ...saml.complaints];
  const isTaken = ({ id, name }: AnyProvider, before: number) =>
    [...others.providers, ...saml.providers.slice(0, before)].some(
      (each) => each.id === id || each.name.toLowerCase() === name.toLowerCase(),
    );
  for (const [index, each] of saml.providers.entries())
    if (isTaken(each, index))
      complaints.push(`${each.setBy} provider ${index + 1} has the id or name of another provider`);
  return { providers: [...others.providers, ...saml.providers], complaints };
}
