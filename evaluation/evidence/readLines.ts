import { ReplayMismatch } from "../replay/replayMismatch.ts";

/** Longest line accepted, in bytes: several times what a conversation at the body bound comes to. */
export const maxLineBytes = 8 * 1_048_576;

const newline = 0x0a;

/** Streams the lines of a blob without their line ends. @throws ReplayMismatch when a line is too long or the last one has no end */
export async function* readLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline, start)) {
      line += 1;
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxLineBytes)
      throw new ReplayMismatch(`line ${line + 1}`, `is longer than ${maxLineBytes} bytes`);
  }
  if (rest.length > 0)
    throw new ReplayMismatch(`line ${line + 1}`, "does not end with a line feed: the blob is cut or changed");
}
