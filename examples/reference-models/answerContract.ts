/** How a request wants its label wrapped. */
export type AnswerContract = "line" | "json" | "csv" | "words";

/** A classification prompt taken apart. */
export interface LabelPrompt {
  readonly request: string;
  readonly contract: AnswerContract;
}

const requestMark = "REQUEST: <<";

/** Takes the request and the answer contract from a prompt; undefined when the prompt carries no request. */
export function readLabelPrompt(prompt: string): LabelPrompt | undefined {
  const start = prompt.indexOf(requestMark);
  if (start < 0) return undefined;
  const from = start + requestMark.length;
  const end = prompt.lastIndexOf(">>");
  return { request: prompt.slice(from, end < from ? undefined : end), contract: contractOf(prompt.slice(0, start)) };
}

/** Only the instructions before the request are read: nothing inside the request can change the contract. */
function contractOf(instructions: string): AnswerContract {
  if (/\bJSON\b/.test(instructions)) return "json";
  if (/\bCSV\b/.test(instructions)) return "csv";
  if (/\bthree words\b/.test(instructions)) return "words";
  return "line";
}

/** The label in the form the prompt asks for, and nothing else. */
export function writeAnswer(label: string, prompt: LabelPrompt): string {
  if (prompt.contract === "json") return JSON.stringify({ label });
  if (prompt.contract === "csv") return `${label},${firstWord(prompt.request)}`;
  if (prompt.contract === "words") return `label is ${label}`;
  return `LABEL: ${label}`;
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
export function splitReply(reply: string, contract: AnswerContract): Reply {
  if (contract !== "json") return { before: "", payload: reply, after: "" };
  return { before: "{", payload: reply.slice(1, -1), after: "}" };
}
