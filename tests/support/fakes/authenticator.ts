import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** The parts of an authenticator's answer that a test can make wrong. */
type Wrong = { origin?: string; rpId?: string; isVerified?: boolean; userHandle?: string; counter?: number };

const here = { origin: "http://localhost:3000", rpId: "localhost", isVerified: true };
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const base64 = (data: Buffer | string) => Buffer.from(data).toString("base64url");

/** An authenticator with one passkey (ES256, no attestation), for tests without a browser. It counts its signatures. */
export class TestAuthenticator {
  readonly id = randomBytes(16);
  counter = 0;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

  /** Returns the result of `navigator.credentials.create` for a challenge, as JSON text. */
  answerToAdd(challenge: Buffer, wrong: Wrong = {}): string {
    const { origin, rpId, isVerified } = { ...here, ...wrong };
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const data = Buffer.concat([
      this.#head(rpId, isVerified ? 0x45 : 0x41, 0),
      ...[Buffer.alloc(16), length, this.id, this.#publicKey()],
    ]);
    // {"fmt": "none", "attStmt": {}, "authData": data}
    const attestation = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from("fmt"),
      Buffer.from([0x64]),
      Buffer.from("none"),
      Buffer.from([0x67]),
      Buffer.from("attStmt"),
      Buffer.from([0xa0, 0x68]),
      Buffer.from("authData"),
      Buffer.from([0x58, data.length]),
      data,
    ]);
    return this.#answer({
      clientDataJSON: client("webauthn.create", challenge, origin),
      attestationObject: base64(attestation),
      transports: ["internal"],
    });
  }

  /** Returns the result of `navigator.credentials.get` for a challenge, as JSON text. */
  answerToSignIn(challenge: Buffer, wrong: Wrong = {}): string {
    const { origin, rpId, isVerified } = { ...here, ...wrong };
    this.counter += 1;
    const data = this.#head(rpId, isVerified ? 0x05 : 0x01, wrong.counter ?? this.counter);
    const clientDataJSON = client("webauthn.get", challenge, origin);
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, "base64url"))]);
    return this.#answer({
      clientDataJSON,
      authenticatorData: base64(data),
      signature: base64(sign("sha256", signed, this.#keys.privateKey)),
      ...(wrong.userHandle ? { userHandle: wrong.userHandle } : {}),
    });
  }

  #answer(response: Record<string, unknown>): string {
    const id = base64(this.id);
    return JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
  }

  #head(rpId: string, flags: number, counter: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count]);
  }

  /** COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
  #publicKey(): Buffer {
    const { x, y } = this.#keys.publicKey.export({ format: "jwk" });
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(String(x), "base64url"),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(String(y), "base64url"),
    ]);
  }
}

function client(type: string, challenge: Buffer, origin: string): string {
  return base64(JSON.stringify({ type, challenge: base64(challenge), origin, crossOrigin: false }));
}
