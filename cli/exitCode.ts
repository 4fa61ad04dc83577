/** 0 done, 1 failed or refused, 2 wrong usage. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** How a command hands back its exit code. */
export type Finish = (code: ExitCode) => void;

/** The command line is wrong: the message says which argument and what it should be. */
export class UsageError extends Error {
  override name = "UsageError";
}
