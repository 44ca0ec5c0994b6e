/**
 * Reads OPERATORS: the e-mail addresses of the operators, separated by commas or spaces.
 *
 * @returns the addresses in lower case, as accounts have them
 */
export function readOperators(variables: Record<string, string | undefined>): {
  operators: string[];
  complaints: string[];
} {
  const listed = (variables.OPERATORS ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const isAddress = (text: string) => /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,189}$/.test(text);
  return listed.every(isAddress)
    ? { operators: listed, complaints: [] }
    : { operators: [], complaints: ["OPERATORS must be e-mail addresses, separated by commas"] };
}
