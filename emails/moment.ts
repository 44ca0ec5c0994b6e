import { currentFormats } from "@/server/platform/formats";

const ofMails = () => `${currentFormats().locale}-u-ca-gregory-nu-latn`;

const longDay = (timeZone: string) =>
  new Intl.DateTimeFormat(ofMails(), { day: "numeric", month: "long", year: "numeric", timeZone });

/** Formats day and time in the recipient's language and time zone, with the zone: "December 1, 2026 at 16:30 UTC". */
export function inWords(moment: Date): string {
  const { timeZone } = currentFormats();
  const time = new Intl.DateTimeFormat(ofMails(), {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
    timeZoneName: "short",
  });
  return `${longDay(timeZone).format(moment)} at ${time.format(moment)}`;
}

/**
 * Formats a calendar day in the recipient's language: "December 1, 2026".
 *
 * @param day such as "2026-12-01"; a day that an earlier version has already formatted is returned unchanged
 */
export function dayInWords(day: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? longDay("UTC").format(new Date(`${day}T00:00:00Z`)) : day;
}
