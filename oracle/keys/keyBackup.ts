import { type Hex, isHex } from "viem";
import { z } from "zod";
import { RefusedStart } from "../service/refusedStart.ts";
import { makeKeystore, openKeystore } from "./keystore.ts";

/** One secret of a backup. */
export interface BackedUpSecret {
  /** signing, relaying, link, or link-2 and on for earlier hash chains. */
  readonly name: string;
  readonly secret: Hex;
}

/** A secret's keystore, as it is written to a file of its own. */
export interface RestoredKeystore {
  readonly name: string;
  readonly keystore: string;
  readonly secret: Hex;
}

const format = "assay-operator-keys";
const backupSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(1),
  keystores: z
    .array(
      z.strictObject({
        name: z.string().regex(/^(signing|relaying|link(-[1-9][0-9]?)?)$/),
        keystore: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1)
    .max(32),
});

/** One file with a geth-v3 keystore for each secret, all under one password. */
export async function makeKeyBackup(secrets: readonly BackedUpSecret[], password: string): Promise<string> {
  const keystores: object[] = [];
  for (const { name, secret } of secrets)
    keystores.push({ name, keystore: JSON.parse(await makeKeystore(secret, password)) });
  return `${JSON.stringify({ format, version: 1, keystores }, null, 2)}\n`;
}

/**
 * Opens a backup: every keystore in it is tried with the password.
 * @param password Undefined when there is none to be had.
 * @throws RefusedStart when it is no backup, or the password does not fit.
 */
export async function openKeyBackup(
  text: string,
  file: string,
  password: string | undefined,
): Promise<RestoredKeystore[]> {
  const parsed = backupSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new RefusedStart(`${file} is no backup of keys: name a file that \`assay operator keys backup\` wrote`);
  if (password === undefined)
    throw new RefusedStart(`${file} needs its password: name a file with --password-file, or start on a terminal`);
  const restored: RestoredKeystore[] = [];
  for (const { name, keystore } of parsed.data.keystores) {
    const json = `${JSON.stringify(keystore, null, 2)}\n`;
    const secret = await openKeystore({
      text: json,
      name: `${file} (${name})`,
      field: "key",
      password: async () => password,
    }).catch(() => {
      throw new RefusedStart(`${file} does not open with the password given: correct it`);
    });
    if (!isHex(secret)) throw new RefusedStart(`${file} is damaged: restore another copy`);
    restored.push({ name, keystore: json, secret });
  }
  return restored;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
