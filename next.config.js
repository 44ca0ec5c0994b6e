import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)));

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  typedRoutes: true,
  reactStrictMode: true,
  // The optimizer is a decoder of foreign bytes on the server; nothing here needs it.
  images: { unoptimized: true },
  // Without these Next climbs to a lockfile in a parent folder.
  outputFileTracingRoot: root,
  turbopack: { root },
  // `npm run types` checks them, with the native compiler; an installation need not do it again.
  typescript: { ignoreBuildErrors: true },
  // Browsers ask for this name where a page names no icon.
  redirects: async () => [{ source: "/favicon.ico", destination: "/icon.svg", permanent: true }],
  // What may be longer than a megabyte is decided in front, by the page: a list of prices.
  experimental: { serverActions: { bodySizeLimit: "4mb" } },
  serverExternalPackages: [
    ...["postgres", "pino", "prom-client", "resend", "@react-email/render"],
    // They need reflect-metadata before anything of theirs runs, and Turbopack does not keep that order.
    ...["@peculiar/x509", "@simplewebauthn/server", "reflect-metadata"],
  ],
};
