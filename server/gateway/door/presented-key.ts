const bearer = /^bearer[ \t]+(\S{1,400})[ \t]*$/i;

/**
 * Returns the key that a request presents, in any of the ways that clients do: `Authorization: Bearer` in any case and with any number of spaces,
 * `x-api-key` as Anthropic's do, `api-key` as Azure's do. The first of these that is there counts.
 */
export function presentedKey(header: (name: "authorization" | "x-api-key" | "api-key") => string | undefined) {
  const authorization = header("authorization");
  const [, token] = (authorization && bearer.exec(authorization)) || [];
  return token ?? (authorization === undefined ? (header("x-api-key") ?? header("api-key"))?.trim() : undefined);
}
