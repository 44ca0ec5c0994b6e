/** Escapes text for Slack, so that formatting, links and mentions in it have no effect. */
function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The content of an alert. Amounts are formatted in the currency, such as "16.02 EUR". */
export type AlertMessage = {
  workspaceName: string;
  /** The owner of the limit: "The key Production". */
  whose: string;
  percent: number;
  spent: string;
  limit: string;
  isReached: boolean;
  url: string;
};

/** Returns the body of an alert in the format of Slack's incoming webhooks. */
export function alertBody({ workspaceName, whose, percent, spent, limit, isReached, url }: AlertMessage): string {
  const text = `${plain(whose)}${whose.endsWith("workspace") ? "" : ` in ${plain(workspaceName)}`} has spent ${percent} % of its limit: ${spent} of ${limit}.${isReached ? " Requests that cost something are refused now." : ""}`;
  return bodyOf(`Budget alert: ${plain(workspaceName)}`, text, url);
}

/** Returns the body of a test. */
export function testBody(workspaceName: string, url: string): string {
  return bodyOf("Test", `Budget alerts of ${plain(workspaceName)} arrive here.`, url);
}

function bodyOf(title: string, text: string, url: string): string {
  return JSON.stringify({
    text: `${title} – ${text} ${url}`,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `*${title}*\n${text}` } },
      { type: "context", elements: [{ type: "mrkdwn", text: `<${url}|Open Atelier>` }] },
    ],
  });
}
