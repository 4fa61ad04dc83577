import { readText } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** Asks a person on a terminal, without showing what is typed. */
export type AskPassword = (question: string) => Promise<string>;

/** Where passwords come from besides files. */
export interface PasswordSources {
  readonly env: Env;
  /** Undefined where nobody can be asked. */
  readonly ask: AskPassword | undefined;
}

export interface PasswordPlace {
  readonly passwordFile?: string | undefined;
  readonly passwordEnv?: string | undefined;
}

/**
 * The password of one secret: from its file, its environment variable, or whoever sits at the terminal.
 * @returns undefined when none of them is there.
 * @throws RefusedStart when the file cannot be read or the variable is not set.
 */
export async function readPassword(
  { passwordFile, passwordEnv }: PasswordPlace,
  name: string,
  { env, ask }: PasswordSources,
): Promise<string | undefined> {
  if (passwordFile !== undefined) return readText(passwordFile, "password file").replace(/\r?\n$/, "");
  if (passwordEnv === undefined) return ask?.(`Password of ${name}: `);
  const value = env[passwordEnv];
  if (!value)
    throw new RefusedStart(
      `environment variable ${passwordEnv}, which holds the password of ${name}, is not set: export it, or name a file in passwordFile`,
    );
  return value;
}
