/** Waits for the latest mail to an address with a link whose path begins so, and returns the link. */
export async function mailedLink(baseUrl: string, to: string, path: string): Promise<string> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const list = await (await fetch(new URL("/dev/mailbox", baseUrl))).text();
    for (const [, id, rest] of list.matchAll(/href="\/dev\/mailbox\/([\w-]+)"[^>]*>(.*?)<\/a>/gs)) {
      if (!rest?.includes(to)) continue;
      const mail = await (await fetch(new URL(`/dev/mailbox/${id}`, baseUrl))).text();
      const href = new RegExp(`href="(http[^"]*${path}[^"]*)"`).exec(mail)?.[1];
      if (href) return href.replaceAll("&amp;", "&");
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${to} with a link to ${path}`);
}
