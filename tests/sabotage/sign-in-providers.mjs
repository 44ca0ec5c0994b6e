// What a provider has to send before it says anything of a person.

export const signInProviders = [
  {
    name: "the signature of a SAML answer is not checked",
    file: "server/auth/saml/response.ts",
    find: "const { profile } = await service(provider).validatePostResponseAsync({ SAMLResponse: encoded });",
    replace: `const [unverified] = childrenOf(readResponse(encoded), "assertion", "Assertion");
    if (unverified) return unverified;
    const { profile } = await service(provider).validatePostResponseAsync({ SAMLResponse: encoded });`,
    expectRedIn: ["server/auth/saml/response.test.ts"],
  },
  {
    name: "a SAML assertion for another audience is taken",
    file: "server/auth/saml/service.ts",
    find: "audience: entityId,",
    replace: "audience: false as const,",
    expectRedIn: ["server/auth/saml/response.test.ts"],
  },
  {
    name: "a SAML assertion for another recipient is taken",
    file: "server/auth/saml/assertion.ts",
    find: 'attributeOf(each, "Recipient") === acsUrl',
    replace: 'attributeOf(each, "Recipient") !== undefined',
    expectRedIn: ["server/auth/saml/response.test.ts"],
  },
  {
    name: "a SAML assertion that has expired is taken",
    file: "server/auth/saml/assertion.ts",
    find: "  checkPeriod(ours, now, issuedAt);\n",
    replace: "",
    expectRedIn: ["server/auth/saml/response.test.ts"],
  },
  {
    name: "a SAML answer may be signed with SHA-1",
    file: "server/auth/saml/response.ts",
    find: "    checkAlgorithms(xml);\n",
    replace: "",
    expectRedIn: ["server/auth/saml/response.test.ts"],
  },
  {
    name: "a SAML assertion is used twice",
    file: "server/auth/saml/receive.ts",
    find: 'if (!(await transaction("write", {}, (db) => keepAnswer(db, arrived))))',
    replace: 'if (!(await transaction("write", {}, (db) => keepAnswer(db, arrived))) && Date.now() < 0)',
    expectRedIn: ["server/auth/saml/receive.test.ts"],
  },
  {
    name: "what a SAML assertion says is taken twice",
    file: "server/auth/saml/queries.ts",
    find: ".set({ answerSealed: null })",
    replace: ".set({ answerSealed: row.sealed })",
    expectRedIn: ["server/auth/saml/receive.test.ts"],
  },
  {
    name: "XML with a document type is read",
    file: "server/auth/saml/xml.ts",
    find: "  return documentType.test(text);",
    replace: "  return false && documentType.test(text);",
    expectRedIn: ["server/auth/saml/response.test.ts", "server/instance/sign-in/saml/saml.test.ts"],
  },
  {
    name: "a logout token needs no logout event",
    file: "server/auth/providers/logout.ts",
    find: 'if (typeof events !== "object" || events === null || !Object.hasOwn(events, event))',
    replace: 'if (typeof events === "number")',
    expectRedIn: ["server/auth/providers/logout.test.ts"],
  },
  {
    name: "an ID token passes for a logout token",
    file: "server/auth/providers/logout.ts",
    find: "if (nonce !== undefined)",
    replace: "if (nonce === null)",
    expectRedIn: ["server/auth/providers/logout.test.ts"],
  },
  {
    name: "a logout token for another client is taken",
    file: "server/auth/providers/logout.ts",
    find: "audience: provider.clientId, ",
    replace: "",
    expectRedIn: ["server/auth/providers/logout.test.ts"],
  },
  {
    name: "a logout token is used twice",
    file: "server/auth/providers/logout.ts",
    find: 'throw new LogoutRefused("the logout token was used before");',
    replace: 'log.debug({}, "used before");',
    expectRedIn: ["server/auth/providers/logout.test.ts"],
  },
  {
    name: "a provider ends sessions that began elsewhere",
    file: "server/auth/providers/logout-queries.ts",
    find: "[eq(sessions.provider, provider)]",
    replace: "[]",
    expectRedIn: ["server/auth/providers/logout.test.ts"],
  },
];
