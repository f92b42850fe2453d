// Text written by others may hold characters that nobody sees but that reorder or hide what stands beside them.

// C0 and C1 controls without tab and newline, soft hyphen, zero-width space and word joiner, marks, embeddings, overrides and isolates
// of direction, line and paragraph separators, byte order mark, interlinear annotation, tags. Joiners (U+200C, U+200D)
// stay: Persian, Indic scripts and emoji need them.
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The text with every unseen control as its code point, "⟨U+202E⟩". */
export function visible(text: string): string {
  return text.replace(
    unseen,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** At most `length` characters, the middle left out, for labels in charts. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(visible(text).replace(/\s+/g, " "));
  if (characters.length <= length) return characters.join("");
  const tail = Math.floor((length - 1) / 3);
  return [...characters.slice(0, length - 1 - tail), "…", ...characters.slice(characters.length - tail)].join("");
}
