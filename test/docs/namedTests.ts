import { existsSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

/** A test as a page names it: `name` (file). Solidity files are below test/contracts/, TypeScript files below test/. */
export interface NamedTest {
  name: string;
  file: string;
}

const solidityTest = /`((?:(?:test|testFuzz|invariant)_|afterInvariant)\w*)` \(([\w/.]+\.sol)\)/g;
const typescriptTest = /`((?:default|behavior|error): [^`]+)` \(([\w/.]+\.ts)\)/g;
const nameOfATest =
  /`(?:(?:(?:test|testFuzz|invariant)_|afterInvariant)\w*|(?:default|behavior|error): [^`]+)`(?! \()/g;

/** @param path From the project's root. */
export function readPage(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

/** Lines may break anywhere. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

export function testsNamedIn(text: string): NamedTest[] {
  return [solidityTest, typescriptTest].flatMap((pattern) =>
    [...inOneLine(text).matchAll(pattern)].map(([, name = "", file = ""]) => ({ name, file })),
  );
}

/** Names of tests that a page gives without their file. */
export function testsWithoutFile(text: string): string[] {
  return [...inOneLine(text).matchAll(nameOfATest)].map(([name]) => name);
}

/** Those that do not exist. A TypeScript test is looked for by its title, as it is written. */
export function missingTests(named: NamedTest[]): NamedTest[] {
  return named.filter(({ name, file }) => {
    const isSolidity = file.endsWith(".sol");
    const path = new URL(isSolidity ? `test/contracts/${file}` : `test/${file}`, root);
    if (!existsSync(path)) return true;
    return !readFileSync(path, "utf8").includes(isSolidity ? `function ${name}(` : name);
  });
}
