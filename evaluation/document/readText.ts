import { createReadStream } from "node:fs";
import type { Refusal } from "./jsonDocument.ts";

export interface TextSource {
  /** What the system opens. */
  readonly path: string | URL;
  /** What people call it. */
  readonly name: string;
  /** `manifest`, `suite` …: for the remedy. */
  readonly sort: string;
  readonly maxBytes: number;
}

/**
 * The text of a small file, read no further than its bound: a device that never ends is refused like a file that is too long.
 * @throws `Refusal` with one line: file, what is wrong, what to do
 */
export async function readText(source: TextSource, Refusal: Refusal): Promise<string> {
  const { path, name, sort, maxBytes } = source;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // One byte more than allowed tells a file that is too long.
    for await (const chunk of createReadStream(path, { end: maxBytes })) {
      chunks.push(chunk);
      bytes += chunk.length;
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new Refusal(`${name}: ${reasonOf(code, sort)}`, { cause });
  }
  if (bytes > maxBytes) throw new Refusal(`${name}: is longer than ${maxBytes} bytes; a ${sort} has at most that many`);
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(code: string, sort: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `does not exist; check the path of the ${sort}`;
    case "EISDIR":
      return `is a folder; name the file of the ${sort}`;
    case "EACCES":
    case "EPERM":
      return "may not be read; check its permissions";
    default:
      return `cannot be read (${code}); check the path of the ${sort}`;
  }
}
