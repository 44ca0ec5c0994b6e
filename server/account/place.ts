/** Returns the location of a client's address in words, or the address itself when its location is unknown. */
export function describePlace(ip: string | null): string {
  if (!ip) return "Unknown";
  const address = ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  if (address === "::1" || address.startsWith("127.")) return "This server's own machine";
  const isPrivate =
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address) ||
    /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(address);
  return isPrivate ? `Private network, ${address}` : address;
}
