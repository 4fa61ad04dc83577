import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const root = new URL("../../", import.meta.url);
const at = (path: string): string => (path.startsWith("/") ? pathToFileURL(path).href : new URL(path, root).href);

/**
 * From here on, whoever imports `original` gets `replacement`, which alone sees the original. So an adversary is the real node with one
 * part replaced, and the node has no door for it. Paths from the project's root; call it before the node is imported.
 */
export function replaceModule(original: string, replacement: string): void {
  const [from, to] = [at(original), at(replacement)];
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url === from && context.parentURL !== to ? { ...found, url: to } : found;
    },
  });
}
