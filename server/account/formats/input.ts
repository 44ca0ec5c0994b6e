import { z } from "zod";
import { knownLocale, knownTimeZone } from "@/server/platform/formats";

/** The languages offered for selection. A browser can report any other one that Intl knows. */
export const offeredLocales = [
  ...["en", "en-US", "en-GB", "en-AU", "en-CA", "en-IN", "cs-CZ", "da-DK", "de-DE", "de-AT", "de-CH", "el-GR", "es-ES"],
  ...["es-MX", "et-EE", "fi-FI", "fr-FR", "fr-BE", "fr-CA", "fr-CH", "hi-IN", "hu-HU", "id-ID", "it-IT", "ja-JP"],
  ...["ko-KR", "lt-LT", "lv-LV", "nb-NO", "nl-NL", "nl-BE", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "sk-SK", "sl-SI"],
  ...["sv-SE", "tr-TR", "uk-UA", "vi-VN", "zh-CN", "zh-TW"],
];

const timeZone = z
  .string()
  .max(64)
  .transform((name, context) => {
    const known = knownTimeZone(name);
    if (known === undefined) context.addIssue({ code: "custom", message: "Choose a time zone from the list." });
    return known ?? z.NEVER;
  });

const locale = z
  .string()
  .max(100)
  .transform((tag, context) => {
    const known = knownLocale(tag);
    if (known === undefined) context.addIssue({ code: "custom", message: "Choose a language from the list." });
    return known ?? z.NEVER;
  });

/** The formats that a person chooses. An empty first day of the week means that of the language. */
export const setFormats = z.strictObject({
  timeZone,
  locale,
  weekStart: z
    .enum(["", "1", "6", "7"], { error: "Choose a day from the list." })
    .transform((day) => (day === "" ? null : Number(day))),
});

/** The formats that a browser reports. */
export const adoptFormats = z.strictObject({ timeZone, locale });
