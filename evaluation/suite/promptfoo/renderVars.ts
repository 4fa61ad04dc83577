/** Values for the variables of a template. */
export type Vars = Readonly<Record<string, string>>;

/** Variables a template uses, or why it is more than variables. */
export type Template = { readonly names: readonly string[] } | { readonly problem: string };

/** Reads a template of the kind `Hello {{name}}`. */
export function readTemplate(text: string): Template {
  if (/\{%|\{#/.test(text))
    return { problem: "uses template code ({% … %} or {# … #}); only variables {{name}} can be imported" };
  const places = [...text.matchAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs)].map(([, name]) => name ?? "");
  const odd = places.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (odd !== undefined)
    return { problem: `uses {{${odd.slice(0, 40)}}}; only plain variables {{name}} can be imported` };
  return { names: places };
}

/** Puts values into a template that `readTemplate` found fine. */
export function renderVars(text: string, vars: Vars): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (place, name: string) => vars[name] ?? place);
}
