/** Puts words into the named places of a text; a place without a word stays as it is. */
export function fillTemplate(template: string, words: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(words, name) ? String(words[name]) : place,
  );
}

/** The lines of a prompt; those left out are skipped. */
export function joinLines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join("\n");
}
