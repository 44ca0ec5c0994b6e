// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code that is looked for has template strings in it.
// What is a person's own: their address, their passkeys, their data.

export const account = [
  {
    name: "whoever holds the link to a new address uses it",
    file: "server/account/address/queries.ts",
    in: "open",
    find: "    eq(emailChanges.userId, userId),\n",
    replace: "",
    expectRedIn: ["server/account/address/address.test.ts"],
  },
  {
    name: "the browsers that know the old address stay signed in",
    file: "server/account/address/router.ts",
    find: "    await address.endSessionsBut(ctx.db, id, sessionId);\n",
    replace: "",
    expectRedIn: ["server/account/address/address.test.ts"],
  },
  {
    name: "a passkey's challenge is anybody's to answer",
    file: "server/passkeys/router.ts",
    find: "answer && asked?.userId === person.id",
    replace: "answer && asked",
    expectRedIn: ["server/passkeys/passkeys.test.ts"],
  },
  {
    name: "a passkey signs without its person being verified",
    file: "server/passkeys/web-authn.ts",
    in: "verifySigned",
    find: "requireUserVerification: true",
    replace: "requireUserVerification: false",
    expectRedIn: ["server/passkeys/passkeys.test.ts"],
  },
  {
    name: "a passkey's count may stand still",
    file: "server/passkeys/queries.ts",
    in: "markUsed",
    find: "or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter}::bigint = 0`)),",
    replace: "",
    expectRedIn: ["server/passkeys/passkeys.test.ts"],
  },
  {
    name: "one's data is everybody's",
    file: "server/account/export/queries.ts",
    in: "whose",
    find: "sql`${sql.identifier(person)} = ${userId}",
    replace: "sql`${sql.identifier(person)}::text <> '' and ${userId}::text <> ''",
    expectRedIn: ["server/account/export/export.test.ts", "server/api/first-wall.test.ts"],
  },
  {
    name: "a mail that somebody does not want is sent",
    file: "server/mail/queries.ts",
    in: "enqueueOptional",
    find: "if (!unwanted) await enqueue(db, mail);",
    replace: "await enqueue(db, mail);",
    expectRedIn: ["server/account/mail/mail.test.ts"],
  },
];
