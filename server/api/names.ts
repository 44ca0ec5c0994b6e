/** Returns a name as it is compared: in compatible form, without what is not seen. */
function seen(name: string): string {
  return name.normalize("NFKC").replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "");
}

const likeAddress = [
  // A path, a file on a Windows server, and what begins as a link of its own kind.
  /\/\/|\\\\/,
  /\b(?:https?|ftp|file|smb|mailto|tel|sms|javascript|data):\S/i,
  /\bwww[.。]/i,
  // A host with a dot or what looks like one, an IPv4 address.
  /[\p{L}\p{N}][.。\u2027\u0589\ua4f8][\p{L}]{2,}/iu,
  /\d{1,3}(\.\d{1,3}){3}/,
  // A host without a dot but with a port, an IPv6 address in brackets, a host in small letters with a path.
  /\p{L}[\p{L}\p{N}-]*:\d{2,5}(?!\d)/u,
  /\[[\da-f:]+\]/i,
  /\blocalhost\b/i,
  /(^|[\s(<"'])[a-z\d-]+(\.[a-z\d-]+)*\/[\p{L}\p{N}]/u,
];

/** Checks whether mail programs, or people, would take something in a name for an address. */
export function isLikeAddress(name: string): boolean {
  return likeAddress.some((form) => form.test(seen(name)));
}

/** Scripts that words are written in by themselves. Han, kana, Hangul and Bopomofo go with Latin and with each other. */
const scripts = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Georgian", "Coptic", "Lisu"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

/** Checks whether a word of a name has letters of several scripts that look alike, such as a Cyrillic А before Latin letters. */
export function mixesScripts(name: string): boolean {
  const words = name
    .normalize("NFC")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")
    .split(/[^\p{L}\p{M}]+/u);
  return words.some((word) => scripts.filter((script) => script.test(word)).length > 1);
}

/** Letters and digits that read as Latin letters. */
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

/** Words that Atelier or its operator would sign with. */
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
/** Words that make one of them no less official. */
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
/** Returns a word as it looks in most typefaces, where l, I and 1 are alike, and "rn" is an m. */
const look = (word: string) => word.replace(/[l1]/g, "i").replaceAll("rn", "m");

const reserved = new Set([...own, ...more].map(look));
const official = new Set([...reserved, ...around.map(look)]);
const product = look("atelier");

/** Several of these words in one, of which at least one is reserved: "SupportTeam". */
const compound = new RegExp(
  `^(?:W)*(?:${[product, ...reserved].join("|")})(?:W)*$`.replaceAll("W", [...official].join("|")),
);

/** Symbols that read as letters, where they do not only end a word. */
const symbols = new Map(
  [..."@a!i|i€e"].map((letter, at, all) => [letter, all[at + 1] ?? ""] as const).filter((_, at) => at % 2 === 0),
);

/**
 * Checks whether a name reads as one of Atelier's own: it has "Atelier" among its words, or is nothing but words such as "Support"
 * and "Security Team", however they are spaced and whichever letters stand for others.
 */
export function isReserved(name: string): boolean {
  const text = seen(name.replace(/[™®©℠]/gu, " "))
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  // A number beside the words makes a name no less official.
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
 * What takes no room on screen and so makes two names look the same. The joiners are kept where letters need them (Persian,
 * emoji), and are taken out beside a Latin letter or a digit, where they do nothing but hide.
 */
const hiddenMarks = new RegExp(
  [
    // All that no program shows, but for joiners, variation selectors and the tags of flags, which are next.
    "(?![\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0000}-\\u{e007f}\\u{e0100}-\\u{e01ef}])\\p{Default_Ignorable_Code_Point}",
    "[\\ufff9-\\ufffb]",
    "(?<=[\\p{Script=Latin}\\d])[\\u200c\\u200d]",
    "[\\u200c\\u200d](?=[\\p{Script=Latin}\\d])",
    // A variation selector varies an emoji or a character of Han and its like, once.
    "(?<![\\p{Extended_Pictographic}\\p{Lo}\\u{1f3fb}-\\u{1f3ff}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}](?!\\u20e3)",
    "(?<![\\u{1f3f4}\\u{e0020}-\\u{e007f}])[\\u{e0000}-\\u{e007f}]+",
  ].join("|"),
  "gu",
);

/** Takes out of a text what is not seen and does nothing for how it is read. */
export function withoutHiddenMarks(text: string): string {
  return text.replace(hiddenMarks, "");
}
