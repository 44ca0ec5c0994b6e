import type { Role } from "./tokenizer";

interface CorpusMessage {
  role: Role;
  content: string;
}

/**
 * A conversation. `weight` (an integer, default 1) is how often it counts, so that a few own conversations can have an
 * effect.
 */
export interface Dialogue {
  messages: CorpusMessage[];
  weight?: number;
}

/** The data of a training: running text and conversations. */
export interface Corpus {
  texts: string[];
  dialogues: Dialogue[];
}

/**
 * Parses files in our corpus format. `prose-*.txt`: paragraphs between empty lines. Others: conversations between empty
 * lines, each line `user: …` or `assistant: …`, continued by lines that are indented with two spaces; `#` begins a
 * comment line. Several `user:` lines in a row are different wordings of one question: each gives its own conversation.
 * Throws when a line is none of these.
 */
export function parseCorpus(files: ReadonlyArray<{ name: string; text: string }>): Corpus {
  const corpus: Corpus = { texts: [], dialogues: [] };
  for (const { name, text } of files) {
    const blocks = text.replaceAll("\r\n", "\n").split(/\n{2,}/);
    for (const block of blocks.filter((candidate) => candidate.trim())) {
      if (name.startsWith("prose-")) corpus.texts.push(block.trim().replaceAll("\n", " "));
      else corpus.dialogues.push(...parseConversation(block, name));
    }
  }
  return corpus;
}

function parseConversation(block: string, name: string): Dialogue[] {
  const turns: Array<{ role: "user" | "assistant"; wordings: string[] }> = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("#") || !line.trim()) continue;
    const last = turns.at(-1);
    const said = /^(user|assistant):(.*)$/.exec(line);
    if (said) {
      const role = said[1] === "user" ? "user" : "assistant";
      const content = (said[2] ?? "").trim();
      if (last?.role === role) last.wordings.push(content);
      else turns.push({ role, wordings: [content] });
    } else if (last && line.startsWith("  ")) {
      last.wordings.push(`${last.wordings.pop() ?? ""}\n${line.slice(2)}`);
    } else throw new Error(`${name}: neither a turn nor its continuation: ${line}`);
  }
  const variants = Math.max(0, ...turns.map(({ wordings }) => wordings.length));
  return Array.from({ length: variants }, (_, variant) => ({
    messages: turns.map(({ role, wordings }) => ({ role, content: wordings[variant] ?? wordings.at(-1) ?? "" })),
  }));
}
