import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, request as requests } from "@playwright/test";
import { freePort } from "@/embedded/platform/free-port";
import { startPostgres } from "@/embedded/postgres/postgres";
import { type Instance, startInstance } from "./instance";

/** A new installation for one test, so that settings of the whole instance affect no other test. */
export type Installation = {
  origin: string;
  /** The addresses of its instances for programs. */
  gateways: string[];
  /** Returns the mails to an address that have arrived, as HTML, the latest first. */
  mailsTo(to: string): Promise<string[]>;
  /**
   * Waits for a mail to a person with a link that has this prefix of its path and was not returned before. Returns the
   * link's address.
   */
  mailedLink(to: string, where: string): Promise<string>;
  close(): Promise<void>;
};

/** Starts an installation with a database of its own: one instance with pages, and more that serve only programs. */
export async function install({ gateways: more = 0 } = {}): Promise<Installation> {
  const folder = mkdtempSync(path.join(tmpdir(), "atelier-installation-"));
  // PostgreSQL may run under another account than this process.
  chmodSync(folder, 0o755);
  const server = await startPostgres({ dataDir: folder });
  const ports = await Promise.all(Array.from({ length: 1 + more }, () => freePort()));
  const origins = ports.map((port) => `http://localhost:${port}`);
  const [origin = ""] = origins;
  const environment = {
    APP_URL: origin,
    DATABASE_URL: server.ownerUrl,
    DATABASE_APP_URL: server.appUrl,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    KEY_PEPPER: randomBytes(32).toString("base64"),
    LOG_LEVEL: "error",
  };
  const instances: Instance[] = [];
  // One after the other: the first migrates.
  for (const [index, port] of ports.entries()) {
    const own = { PORT: String(port), DATA_DIR: path.join(folder, `data-${index}`), ROLE: index ? "gateway" : "all" };
    instances.push(await startInstance({ ...environment, ...own }));
  }
  const request = await requests.newContext({ baseURL: origin });
  const mailsTo = async (to: string) => {
    const list = await (await request.get("/dev/mailbox")).text();
    // The list's rows in order: each link's text begins with the address.
    const rows = [...list.matchAll(/href="\/dev\/mailbox\/([\w-]+)"[^>]*>(.*?)<\/a>/gs)];
    const theirs = rows.flatMap(([, id, rest]) => (id && rest?.includes(to) ? id : []));
    return Promise.all(theirs.map(async (id) => (await request.get(`/dev/mailbox/${id}`)).text()));
  };
  const given = new Set<string>();
  return {
    ...{ origin, gateways: origins, mailsTo },
    async mailedLink(to, where) {
      let href: string | undefined;
      await expect
        .poll(async () => {
          const links = (await mailsTo(to)).map(
            (mail) => new RegExp(`href="(http[^"]*${where}[^"]*)"`).exec(mail)?.[1],
          );
          href = links.find((link) => link !== undefined && !given.has(link));
          return href;
        })
        .toBeDefined();
      given.add(String(href));
      return String(href).replaceAll("&amp;", "&");
    },
    async close() {
      await request.dispose();
      for (const instance of instances) await instance.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
