/** What a command may touch of the process it runs in. Only main.ts fills it with the real ones. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether a person watches stderr. */
  readonly showsProgress: boolean;
  /** Asks for a password without showing it; undefined where nobody can be asked. */
  readonly askPassword?: ((question: string) => Promise<string>) | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
