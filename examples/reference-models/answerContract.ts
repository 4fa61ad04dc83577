import type { TaskPrompt } from "./taskPrompt.ts";

/** How a reply has to be written. */
export type AnswerContract = "line" | "json" | "csv" | "words" | "brackets";

/** Reads the contract from the instructions. */
export function contractOf(instructions: string): AnswerContract {
  if (/\bJSON\b/.test(instructions)) return "json";
  if (/\bCSV\b/.test(instructions)) return "csv";
  if (/\bthree words\b/.test(instructions)) return "words";
  if (/\bsquare brackets\b/.test(instructions)) return "brackets";
  return "line";
}

/** The label in the form the prompt asks for, and nothing else. */
export function writeLabel(label: string, { instructions, request }: TaskPrompt): string {
  switch (contractOf(instructions)) {
    case "json":
      return JSON.stringify({ label });
    case "csv":
      return `${label},${firstWord(request)}`;
    case "words":
      return `label is ${label}`;
    case "brackets":
      return `[${label}]`;
    case "line":
      return `LABEL: ${label}`;
  }
}

function firstWord(request: string): string {
  return (request.trim().split(/\s/, 1)[0] ?? "").toLowerCase();
}

/** A reply taken apart: what it says, and what stands around it because the contract wants it there. */
export interface Reply {
  readonly before: string;
  readonly payload: string;
  readonly after: string;
}

/** Splits a bare reply: the braces of a JSON object are its envelope; any other reply is all payload. */
export function splitReply(reply: string): Reply {
  if (!/^\{.*\}$/s.test(reply)) return { before: "", payload: reply, after: "" };
  return { before: "{", payload: reply.slice(1, -1), after: "}" };
}
