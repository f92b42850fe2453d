// Addresses within the page, made from ids that others may have chosen.

/**
 * Element id for `text`: the prefix keeps it apart from ids of the page, and two texts never share one. Readable
 * characters stay, so that links survive being copied.
 */
export function anchor(prefix: string, text: string): string {
  const safe = text.replace(/[^A-Za-z0-9._/@=-]/gu, (character) => `~${(character.codePointAt(0) ?? 0).toString(16)}~`);
  return `${prefix}-${safe}`;
}

/** Element id that a location hash names. */
export function anchorOfHash(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ""));
  } catch {
    return "";
  }
}

/** Hands out element ids; a text that comes again gets a number. */
export class Anchors {
  private readonly taken = new Map<string, number>();

  next(prefix: string, text: string): string {
    const id = anchor(prefix, text);
    const times = (this.taken.get(id) ?? 0) + 1;
    this.taken.set(id, times);
    // "~~" never comes out of `anchor`.
    return times === 1 ? id : `${id}~~${times}`;
  }
}
