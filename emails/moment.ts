import { currentFormats } from "@/server/platform/formats";

/** Formats day and time as the person who gets the mail reads them, with the zone: "1 December 2026 at 16:30 UTC". */
export function inWords(moment: Date): string {
  const { locale, timeZone } = currentFormats();
  // The plain English of mails has the day before the month.
  const language = `${locale === "en" ? "en-GB" : locale}-u-ca-gregory-nu-latn`;
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone });
  const time = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
    timeZoneName: "short",
  });
  return `${day.format(moment)} at ${time.format(moment)}`;
}
