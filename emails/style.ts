import type { CSSProperties } from "react";

/*
 * The light colours are inline styles, because some clients remove <style>. The dark colours need a media query and therefore class
 * names. A client without support for these shows the light version, or changes its colours by its own rules.
 */
const light = {
  paper: "#f6f2ea",
  card: "#fffdf9",
  line: "#e3dacb",
  ink: "#231f1a",
  muted: "#655b50",
  accent: "#a04a24",
  onAccent: "#fffaf3",
  pane: "#d9a441",
};

const dark = {
  paper: "#171411",
  card: "#211d19",
  line: "#3b342c",
  ink: "#f2ece2",
  muted: "#b5aa9b",
  accent: "#e2946c",
  onAccent: "#21150e",
  frame: "#a8502a",
  pane: "#e8bd68",
};

const sans = "Geist, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const mono = "'Geist Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/** Breaks long words: an address or a name can be one long word, which would make the mail wider than a phone's screen. */
const breakable = { overflowWrap: "anywhere", wordBreak: "break-word" } as const;

/** The mark's light colours. The frame's colour is also set as `bgcolor`, for clients that ignore CSS. */
export const markColours = { frame: light.accent, pane: light.pane };

/** Inline styles. An element with a colour also needs one of the classes below; without it, it keeps its light colour in dark mode. */
export const style = {
  paper: { margin: 0, padding: 0, backgroundColor: light.paper, fontFamily: sans },
  margin: { padding: "32px 12px" },
  frame: { width: "100%", maxWidth: "600px" },
  wordmark: {
    margin: 0,
    fontSize: "19px",
    lineHeight: "24px",
    fontWeight: 600,
    letterSpacing: "-0.01em",
    color: light.ink,
  },
  card: {
    margin: "20px 0 24px",
    backgroundColor: light.card,
    border: `1px solid ${light.line}`,
    borderRadius: "8px",
    borderCollapse: "separate",
  },
  inside: { padding: "36px 40px 32px" },
  heading: {
    margin: "0 0 16px",
    fontSize: "24px",
    lineHeight: "32px",
    fontWeight: 600,
    letterSpacing: "-0.015em",
    color: light.ink,
  },
  text: { ...breakable, margin: "0 0 16px", fontSize: "16px", lineHeight: "25px", color: light.ink },
  small: { ...breakable, margin: "0 0 8px", fontSize: "14px", lineHeight: "21px", color: light.muted },
  label: { fontSize: "13px", color: light.muted },
  strong: { fontWeight: 600, color: light.ink },
  rule: { width: "100%", margin: "24px 0 20px", border: "none", borderTop: `1px solid ${light.line}` },
  button: {
    padding: "13px 22px",
    backgroundColor: light.accent,
    borderRadius: "6px",
    fontSize: "16px",
    fontWeight: 600,
    color: light.onAccent,
  },
  address: {
    fontFamily: mono,
    fontSize: "13px",
    lineHeight: "20px",
    color: light.accent,
    textDecorationLine: "underline",
    wordBreak: "break-all",
  },
  quiet: { color: light.muted, textDecorationLine: "underline" },
  origin: { color: light.muted, textDecorationLine: "underline", wordBreak: "break-all" },
} satisfies Record<string, CSSProperties>;

/** The rules that inline styles cannot express. The frame has two widths because Outlook supports neither `max-width` nor media queries. */
export const styleSheet = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; }
a[x-apple-data-detectors] { color: inherit !important; text-decoration: none !important; font: inherit !important; }
.frame { width: 600px !important; }
@media screen { .frame { width: 100% !important; } }
@media screen and (max-width: 480px) {
  .inside { padding: 28px 22px 24px !important; }
  .button { display: block !important; text-align: center !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background-color: ${dark.paper} !important; }
  .card { background-color: ${dark.card} !important; border-color: ${dark.line} !important; }
  .rule { border-top-color: ${dark.line} !important; }
  .ink { color: ${dark.ink} !important; }
  .muted { color: ${dark.muted} !important; }
  .address { color: ${dark.accent} !important; }
  .button { background-color: ${dark.accent} !important; color: ${dark.onAccent} !important; }
  .mark-frame { background-color: ${dark.frame} !important; }
  .mark-pane { background-color: ${dark.pane} !important; }
}
`;
