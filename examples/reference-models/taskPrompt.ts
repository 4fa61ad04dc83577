/** A prompt that carries a request, taken apart. */
export interface TaskPrompt {
  /** What stands before the request. Nothing inside the request is ever read as an instruction. */
  readonly instructions: string;
  readonly request: string;
}

/** Splits a prompt at its `<<request>>`; undefined when it carries none. The end mark may be missing. */
export function readTaskPrompt(prompt: string): TaskPrompt | undefined {
  const start = prompt.indexOf("<<");
  if (start < 0) return undefined;
  const end = prompt.lastIndexOf(">>");
  return { instructions: prompt.slice(0, start), request: prompt.slice(start + 2, end < start + 2 ? undefined : end) };
}
