import { type Hex, isAddressEqual, type LocalAccount } from "viem";
import { readText } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { type AwsCredentials, openAwsKms } from "./awsKms.ts";
import { accountOf, deriveLinkSecret, type EvaluatorKey, type SeatBoard } from "./evaluatorKey.ts";
import { type KeyFile, readKeyFile, readLinkFile } from "./keyFile.ts";
import type { KeySource, LinkSource } from "./keySource.ts";
import type { SecretText } from "./keystore.ts";
import { type Env, type PasswordPlace, type PasswordSources, readPassword } from "./password.ts";
import { createRemoteAccount } from "./remoteAccount.ts";
import type { RemoteSigner } from "./remoteSigner.ts";
import { openWeb3Signer } from "./web3Signer.ts";

/** The part of a node's configuration that is about keys. */
export interface KeyConfig {
  readonly key: KeySource;
  readonly relayingKey?: KeySource | undefined;
  readonly linkSecret?: LinkSource | undefined;
}

/** A key that was opened: what signs, and the file's content where it was one. */
export interface OpenedKey {
  readonly account: LocalAccount;
  readonly file: KeyFile | undefined;
}

/**
 * Opens all keys of a node; every one has signed something by then, and is what its address says.
 * @throws RefusedStart in one line: which key, what is wrong with it, what to do; never with any part of a key or password.
 */
export async function openKeys(config: KeyConfig, board: SeatBoard, passwords: PasswordSources): Promise<EvaluatorKey> {
  const signing = await openKey(config.key, "key", passwords);
  const relaying = config.relayingKey ? await openKey(config.relayingKey, "relayingKey", passwords) : signing;
  const secrets = [...(await linkFileSecrets(config.linkSecret, passwords)), ...ownSecrets(signing.file, board)];
  if (secrets.length === 0)
    throw new RefusedStart(
      "the signing key is not in a file, so no hash chain can be derived from it: name the secret's file in linkSecret.file",
    );
  return { account: signing.account, relaying: relaying.account, linkSecrets: [...new Set(secrets)] };
}

/**
 * Opens one key. @param field Its name in the configuration.
 * @throws RefusedStart as openKeys.
 */
export async function openKey(source: KeySource, field: string, passwords: PasswordSources): Promise<OpenedKey> {
  const file =
    source.file === undefined ? undefined : await readKeyFile(secretText(source.file, source, field, passwords));
  const account = file
    ? accountOf(file.privateKey, `key file ${source.file}`)
    : await createRemoteAccount(await openRemote(source, passwords.env));
  if (source.address !== undefined && !isAddressEqual(source.address, account.address))
    throw new RefusedStart(
      `${field} is the key of ${account.address}, ${field}.address says ${source.address}: correct one of the two`,
    );
  return { account, file };
}

function openRemote({ web3signer, address, awsKms, region, endpoint }: KeySource, env: Env): Promise<RemoteSigner> {
  if (web3signer !== undefined && address !== undefined) return openWeb3Signer({ url: web3signer, address });
  if (awsKms !== undefined && region !== undefined)
    return openAwsKms({ keyId: awsKms, region, endpoint, credentials: () => awsCredentials(env) });
  throw new RefusedStart("a key names no place: give file, web3signer or awsKms");
}

function awsCredentials(env: Env): AwsCredentials {
  const [accessKeyId, secretAccessKey] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((name) => {
    const value = env[name];
    if (!value) throw new RefusedStart(`environment variable ${name}, which awsKms needs, is not set: export it`);
    return value;
  });
  return {
    accessKeyId: accessKeyId ?? "",
    secretAccessKey: secretAccessKey ?? "",
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
  };
}

async function linkFileSecrets(source: LinkSource | undefined, passwords: PasswordSources): Promise<Hex[]> {
  if (!source) return [];
  const secrets: Hex[] = [];
  for (const file of [source.file, ...source.earlierFiles])
    secrets.push(...(await readLinkFile(secretText(file, source, "linkSecret", passwords))));
  return secrets;
}

function ownSecrets(file: KeyFile | undefined, board: SeatBoard): Hex[] {
  if (!file) return [];
  const derived = deriveLinkSecret(file.privateKey, board);
  return [file.linkSecret ?? derived, ...(file.earlierLinkSecrets ?? []), derived];
}

function secretText(file: string, place: PasswordPlace, field: string, passwords: PasswordSources): SecretText {
  const name = `${field} file ${file}`;
  return { text: readText(file, `${field} file`), name, field, password: () => readPassword(place, name, passwords) };
}
