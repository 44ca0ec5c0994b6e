/** Formats day and time in UTC: we know neither where the reader lives nor when the mail is read. */
export function inWords(moment: Date): string {
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `${day.format(moment)} at ${moment.toISOString().slice(11, 16)} UTC`;
}
