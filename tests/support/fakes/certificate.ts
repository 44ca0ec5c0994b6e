import { generateKeyPairSync, sign } from "node:crypto";

/**
 * Returns a self-signed certificate and its key, both as PEM.
 *
 * @param bits the length of an RSA key; without it the key is on the curve P-256
 * @param name the host name of the certificate; without it the address 127.0.0.1
 */
export function selfSigned(bits?: number, name?: string): { certificate: string; key: string } {
  const { publicKey, privateKey } = bits
    ? generateKeyPairSync("rsa", { modulusLength: bits })
    : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(Buffer.from(bits ? "06092a864886f70d01010b0500" : "06082a8648ce3d040302", "hex"));
  const issuer = sequence(tagged(0x31, sequence(Buffer.from("0603550403", "hex"), tagged(0x0c, Buffer.from("test")))));
  const moment = (year: number) => tagged(0x18, Buffer.from(`${year}0101000000Z`));
  const alternativeNames = sequence(
    Buffer.from("0603551d11", "hex"),
    tagged(0x04, sequence(name ? tagged(0x82, Buffer.from(name)) : tagged(0x87, Buffer.from([127, 0, 0, 1])))),
  );
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    algorithm,
    issuer,
    sequence(moment(2020), moment(2120)),
    issuer,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(alternativeNames)),
  );
  const signature = sign("sha256", content, privateKey);
  const whole = sequence(content, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Returns one DER value: a tag, a length, the contents. */
function tagged(tag: number, contents: Buffer): Buffer {
  const { length } = contents;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), contents]);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts));
const integer = (value: number) => tagged(0x02, Buffer.from([value]));
