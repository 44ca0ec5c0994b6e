/** Returns a name in the form in which names are compared: compatibility form, without invisible characters. */
function seen(name: string): string {
  return name.normalize("NFKC").replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");
}

const likeAddress = [
  // A path, a file on a Windows server, and the beginning of a link with a scheme.
  /\/\/|\\\\/,
  /\b(?:https?|ftp|file|smb|mailto|tel|sms|javascript|data):\S/i,
  /\bwww[.。]/i,
  // A host name with a dot (or a character that looks like one), and an IPv4 address.
  /[\p{L}\p{N}][.。\u2027\u0589\ua4f8][\p{L}]{2,}/iu,
  /\d{1,3}(\.\d{1,3}){3}/,
  // A host name without a dot but with a port, an IPv6 address in brackets, and a lower-case host name with a path.
  /\p{L}[\p{L}\p{N}-]*:\d{2,5}(?!\d)/u,
  /\[[\da-f:]+\]/i,
  /\blocalhost\b/i,
  /(^|[\s(<"'])[a-z\d-]+(\.[a-z\d-]+)*\/[\p{L}\p{N}]/u,
];

/** Checks whether a mail program or a person could take a part of a name for a web address. */
export function isLikeAddress(name: string): boolean {
  return likeAddress.some((form) => form.test(seen(name)));
}

/**
 * Scripts of which a word may use only one. Han, kana, Hangul and Bopomofo may be mixed with Latin and with each
 * other.
 */
const scripts = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Georgian", "Coptic", "Lisu"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

/** Checks whether a word of a name mixes scripts with similar letters, such as a Cyrillic А among Latin letters. */
export function mixesScripts(name: string): boolean {
  const words = name
    .normalize("NFC")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")
    .split(/[^\p{L}\p{M}]+/u);
  return words.some((word) => scripts.filter((script) => script.test(word)).length > 1);
}

/** Letters and digits that look like Latin letters, with the letter they look like. */
const lookAlikes = new Map(
  [
    ...[
      "аa",
      "вb",
      "еe",
      "ѕs",
      "іi",
      "ӏl",
      "јj",
      "кk",
      "мm",
      "нh",
      "оo",
      "рp",
      "сc",
      "тt",
      "уy",
      "хx",
      "ԁd",
      "ԛq",
      "ԝw",
    ],
    ...["αa", "βb", "εe", "ηn", "ιi", "κk", "μm", "νv", "οo", "ρp", "τt", "υu", "χx", "ıi", "ɑa", "ɡg"],
    ...["0o", "1i", "3e", "4a", "5s", "7t", "$s"],
  ].map((pair) => [...pair] as [string, string]),
);

/** Words with which Atelier or its operators could sign. */
const own = [
  "support",
  "security",
  "admin",
  "admins",
  "administrator",
  "administrators",
  "administration",
  "moderator",
];
const more = [
  "helpdesk",
  "postmaster",
  "webmaster",
  "abuse",
  "noreply",
  "root",
  "sysadmin",
  "system",
  "official",
  "staff",
];
/** Words beside which such a word still looks official. */
const around = [
  ...[
    "account",
    "accounts",
    "alert",
    "alerts",
    "billing",
    "center",
    "centre",
    "customer",
    "department",
    "desk",
    "help",
  ],
  ...[
    "message",
    "notice",
    "notification",
    "notifications",
    "payment",
    "payments",
    "service",
    "services",
    "team",
    "the",
  ],
  ...["update", "verification", "your", "it", "user", "login", "reply", "no"],
];
/** Returns a word as it looks in most typefaces, where l, I and 1 look the same and "rn" looks like an m. */
const look = (word: string) => word.replace(/[l1]/g, "i").replaceAll("rn", "m");

const reserved = new Set([...own, ...more].map(look));
const official = new Set([...reserved, ...around.map(look)]);
const product = look("atelier");

/** Matches several of these words written as one, of which at least one is reserved: "SupportTeam". */
const compound = new RegExp(
  `^(?:W)*(?:${[product, ...reserved].join("|")})(?:W)*$`.replaceAll("W", [...official].join("|")),
);

/** Symbols that look like letters, unless they are at the end of a word. */
const symbols = new Map(
  [..."@a!i|i€e"].map((letter, at, all) => [letter, all[at + 1] ?? ""] as const).filter((_, at) => at % 2 === 0),
);

/**
 * Checks whether a name looks like one of Atelier's own: it contains the word "Atelier", or it consists only of words
 * such as "Support" and "Security Team". Spacing and look-alike letters make no difference.
 */
export function isReserved(name: string): boolean {
  const text = seen(name.replace(/[™®©℠]/gu, " "))
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  // A number beside these words does not make a name less official.
  const readings = [text, text.replace(/(?<![\p{L}\p{N}])\p{N}+(?![\p{L}\p{N}])/gu, " ")].flatMap((reading) => {
    const plain = [...reading].map((letter) => lookAlikes.get(letter) ?? letter);
    return [plain, plain.map((letter) => symbols.get(letter) ?? letter)];
  });
  return readings.some((letters) => readsAsOwn(look(letters.join(""))));
}

function readsAsOwn(text: string): boolean {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const joined = words.join("");
  if (words.includes(product) || compound.test(joined)) return true;
  return words.some((word) => reserved.has(word)) && words.every((word) => official.has(word));
}

/**
 * Characters that take no space on the screen and can make two different names look the same. Joiners are kept where
 * letters need them (Persian, emoji) and removed beside a Latin letter or a digit, where they have no visible effect.
 */
const hiddenMarks = new RegExp(
  [
    // All characters that programs do not draw, except joiners, variation selectors and the tags of flags, which the
    // next patterns treat.
    "(?![\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0000}-\\u{e007f}\\u{e0100}-\\u{e01ef}])\\p{Default_Ignorable_Code_Point}",
    "[\\ufff9-\\ufffb]",
    "(?<=[\\p{Script=Latin}\\d])[\\u200c\\u200d]",
    "[\\u200c\\u200d](?=[\\p{Script=Latin}\\d])",
    // A variation selector is allowed once, after an emoji or a Han or similar character.
    "(?<![\\p{Extended_Pictographic}\\p{Lo}\\u{1f3fb}-\\u{1f3ff}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}](?!\\u20e3)",
    "(?<![\\u{1f3f4}\\u{e0020}-\\u{e007f}])[\\u{e0000}-\\u{e007f}]+",
  ].join("|"),
  "gu",
);

/** Removes from a text the invisible characters that do not change how it is read. */
export function withoutHiddenMarks(text: string): string {
  return text.replace(hiddenMarks, "");
}
