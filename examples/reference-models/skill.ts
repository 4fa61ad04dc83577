import type { Choice } from "./classifier.ts";
import type { TaskPrompt } from "./taskPrompt.ts";

/** One thing a model can be asked in a single message. */
export interface Skill {
  /** Whether these instructions, which stand before the request, ask for it. */
  isAskedBy(instructions: string): boolean;
  /** What the request is answered with, in the form asked for and nothing else. */
  reply(prompt: TaskPrompt, choose: Choice): string;
}
