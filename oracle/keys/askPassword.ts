import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { RefusedStart } from "../service/refusedStart.ts";
import type { AskPassword } from "./password.ts";

/** The two ends of a terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks on a terminal; nothing that is typed is shown, not even its length.
 * @returns undefined when input or output is no terminal: nobody would see the question.
 * @throws RefusedStart (from the function) when the question is broken off.
 */
export function passwordPrompt({ input, output }: Terminal): AskPassword | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return (question) => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
    output.write(question);
    const answer = new Promise<string>((resolve, reject) => {
      const brokenOff = () => reject(new RefusedStart("no password was given: nothing was done"));
      lines.once("SIGINT", () => lines.close());
      lines.once("close", brokenOff);
      lines.once("line", (line) => {
        lines.off("close", brokenOff);
        lines.close();
        resolve(line);
      });
    });
    return answer.finally(() => output.write("\n"));
  };
}
