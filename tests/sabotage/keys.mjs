// API keys: which requests they authorize, and who may change them.

export const keys = [
  {
    name: "a key with a wrong checksum is looked up",
    file: "server/access/key-format.ts",
    find: "return checksum(key.slice(0, -checkLength)) === parts[2] ? parts[1] : null;",
    replace: "return parts[1];",
    expectRedIn: ["server/keys/secret.test.ts"],
    isQuick: true,
  },
  {
    name: "a key's secret is not compared",
    file: "server/keys/secret.ts",
    find: "kept.pepperVersion === pepperVersion && matches",
    replace: "kept.pepperVersion === pepperVersion && (matches || true)",
    expectRedIn: ["server/keys/secret.test.ts"],
  },
  {
    name: "a key is hashed without the pepper",
    file: "server/keys/secret.ts",
    find: 'createHmac("sha256", env().KEY_PEPPER)',
    replace: 'createHmac("sha256", env().APP_URL)',
    expectRedIn: ["server/keys/secret.test.ts"],
  },
  {
    name: "a revoked key still works",
    file: "server/gateway/door/authenticate.ts",
    find: "if (!isKey(key, kept) || !kept?.isLive) throw new Refusal(invalidKey);",
    replace: "if (!isKey(key, kept) || !kept) throw new Refusal(invalidKey);",
    expectRedIn: ["server/gateway/tests/gateway.test.ts"],
  },
  {
    name: "a Developer revokes other members' keys",
    file: "server/keys/authority.ts",
    find: 'if (!mayRevoke(workspace.role, person.id, key)) throw refuse("not_permitted");',
    replace: "",
    expectRedIn: ["server/keys/keys.test.ts"],
  },
  {
    name: "a Developer changes other members' keys",
    file: "server/keys/authority.ts",
    find: 'if (!mayManage(workspace.role, person.id, key)) throw refuse("not_permitted");',
    replace: "",
    expectRedIn: ["server/keys/settings.test.ts"],
  },
];
