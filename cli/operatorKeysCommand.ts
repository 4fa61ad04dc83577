import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";
import { linkHead } from "../domain/seed.ts";
import { type BackedUpSecret, makeKeyBackup, openKeyBackup } from "../oracle/keys/keyBackup.ts";
import { makeKeystore } from "../oracle/keys/keystore.ts";
import { type KeyRing, openKeyRing } from "../oracle/keys/openKeys.ts";
import { type PasswordPlace, readPassword } from "../oracle/keys/password.ts";
import { writeSecretFile } from "../oracle/keys/writeSecretFile.ts";
import { type NodeConfig, nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig, readDeployment, readText } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import type { Deployment } from "../sdk/index.ts";
import { configOption } from "./configOption.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Examples:
  assay operator keys new --config assay-node/node.json5        makes the keystores that the configuration names
  assay operator keys show --config assay-node/node.json5       addresses and link head, for addSeat
  assay operator keys backup keys.json --config assay-node/node.json5
  assay operator keys restore keys.json assay-node`;

interface Flags {
  readonly config: string;
  readonly passwordFile?: string;
  readonly json?: true;
}

const passwordFileOption = [
  "--password-file <file>",
  "file with the backup's password; asked for on a terminal without",
] as const;

/** `assay operator keys`: makes, shows, backs up and restores a node's keys. The owner's key is none of them. */
export function addKeysCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  const keys = operator
    .command("keys")
    .description("make, show, back up and restore the node's keys")
    .addHelpText("after", example);
  addNew(keys, surroundings, finish);
  addShow(keys, surroundings, finish);
  addBackup(keys, surroundings, finish);
  addRestore(keys, surroundings, finish);
}

/** A keystore that the configuration names. */
interface Place extends PasswordPlace {
  readonly field: "key" | "relayingKey" | "linkSecret";
  readonly file: string;
}

function placesOf(config: NodeConfig): Place[] {
  return (["key", "relayingKey", "linkSecret"] as const).flatMap((field) => {
    const source = config[field];
    return source?.file === undefined ? [] : [{ ...source, field, file: source.file }];
  });
}

function addNew(keys: Command, surroundings: Surroundings, finish: Finish): void {
  keys
    .command("new")
    .description("make the keystores that the configuration names and that are not there; overwrites nothing")
    .addOption(configOption())
    .option("--json", "one JSON object on stdout")
    .action(async ({ config: file, json }: Flags) => {
      const config = await readConfig(file, nodeConfigSchema);
      const places = placesOf(config);
      const missing = places.filter((place) => !existsSync(place.file));
      if (missing.length === 0)
        throw new RefusedStart(
          places.length === 0
            ? "the configuration names no key file: keys elsewhere are made there"
            : `nothing to make: ${places.map((place) => place.file).join(", ")} exist, and are never overwritten`,
        );
      // The deployment decides the hash chain: it is read before anything is written.
      const deployment = readDeployment(config.deployment);
      const passwords = new Map<string, string>();
      for (const place of missing) passwords.set(place.file, await newPassword(place, surroundings));
      for (const place of missing)
        writeSecretFile(place.file, `${await makeKeystore(generatePrivateKey(), passwords.get(place.file) ?? "")}\n`);
      for (const place of missing) surroundings.stderr(`made ${place.file}\n`);
      const ring = await openRing(config, deployment, surroundings, passwords);
      surroundings.stdout(json ? `${JSON.stringify({ ok: true, ...publicPart(ring) })}\n` : summaryOf(ring));
      finish(exitCode.done);
    });
}

function addShow(keys: Command, surroundings: Surroundings, finish: Finish): void {
  keys
    .command("show")
    .description("addresses and link head; opens every key and lets it sign once")
    .addOption(configOption())
    .option("--json", "one JSON object on stdout")
    .action(async ({ config: file, json }: Flags) => {
      const config = await readConfig(file, nodeConfigSchema);
      const ring = await openRing(config, readDeployment(config.deployment), surroundings);
      surroundings.stdout(json ? `${JSON.stringify({ ok: true, ...publicPart(ring) })}\n` : summaryOf(ring));
      finish(exitCode.done);
    });
}

function addBackup(keys: Command, surroundings: Surroundings, finish: Finish): void {
  keys
    .command("backup")
    .description("write all keys that are in files, and the link secrets, into one file under a password")
    .argument("<file>", "file to make; an existing one is not overwritten")
    .addOption(configOption())
    .option(...passwordFileOption)
    .option("--json", "one JSON object on stdout")
    .action(async (file: string, { config: path, passwordFile, json }: Flags) => {
      if (existsSync(file))
        throw new RefusedStart(`${file} exists already and is never overwritten: name another file`);
      const config = await readConfig(path, nodeConfigSchema);
      const ring = await openRing(config, readDeployment(config.deployment), surroundings);
      const secrets = secretsOf(ring);
      const password = await newPassword({ passwordFile, file }, surroundings);
      writeSecretFile(file, await makeKeyBackup(secrets, password));
      const names = secrets.map(({ name }) => name);
      if (!ring.signing.file) surroundings.stderr("the signing key is not in a file: back it up where it is\n");
      surroundings.stdout(
        json ? `${JSON.stringify({ ok: true, file, names })}\n` : `${file} holds ${names.join(", ")}\n`,
      );
      finish(exitCode.done);
    });
}

function addRestore(keys: Command, surroundings: Surroundings, finish: Finish): void {
  keys
    .command("restore")
    .description("write the keystores of a backup into a folder; overwrites nothing")
    .argument("<file>", "what `assay operator keys backup` wrote")
    .argument("<dir>", "folder for the keystores, under the backup's password")
    .option(...passwordFileOption)
    .option("--json", "one JSON object on stdout")
    .action(async (file: string, dir: string, { passwordFile, json }: Omit<Flags, "config">) => {
      const password = await readPassword({ passwordFile }, file, passwordsOf(surroundings));
      const restored = await openKeyBackup(readText(file, "backup"), file, password);
      const files = restored.map(({ name }) => resolve(join(dir, `${name}.json`)));
      const taken = files.filter(existsSync);
      if (taken.length > 0)
        throw new RefusedStart(`${taken.join(", ")} exist already and are never overwritten: name another folder`);
      for (const { name, keystore } of restored) writeSecretFile(join(dir, `${name}.json`), keystore);
      const lines = restored.map(
        ({ name, secret }, i) =>
          `${files[i]}  ${name.startsWith("link") ? `link head ${linkHead(secret)}` : privateKeyToAddress(secret)}`,
      );
      surroundings.stdout(
        json
          ? `${JSON.stringify({ ok: true, files })}\n`
          : `${lines.join("\n")}\nname them in key.file, relayingKey.file and linkSecret.file; their password is the backup's\n`,
      );
      finish(exitCode.done);
    });
}

const passwordsOf = ({ env, askPassword }: Surroundings) => ({ env, ask: askPassword });

/** Opens all keys; the passwords of those that were just made are not asked for again. */
function openRing(
  config: NodeConfig,
  deployment: Deployment,
  surroundings: Surroundings,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<KeyRing> {
  const { env, askPassword } = surroundings;
  const knownOf = (question: string) => [...known].find(([file]) => question.includes(` ${file}:`))?.[1];
  const ask = askPassword && (async (question: string) => knownOf(question) ?? askPassword(question));
  return openKeyRing(config, deployment, { env, ask });
}

/** @throws RefusedStart when there is none, an empty one, or two that differ were typed */
async function newPassword(
  place: PasswordPlace & { readonly file: string },
  surroundings: Surroundings,
): Promise<string> {
  const { file, passwordFile, passwordEnv } = place;
  const password = await readPassword(place, `${file} (new)`, passwordsOf(surroundings));
  if (password === undefined || password === "")
    throw new RefusedStart(
      `${file} needs a password that is not empty: name a file or a variable that holds it, or start on a terminal`,
    );
  const isTyped = passwordFile === undefined && passwordEnv === undefined;
  if (isTyped && (await surroundings.askPassword?.("The same again: ")) !== password)
    throw new RefusedStart("the two passwords differ: nothing was written");
  return password;
}

function publicPart({ signing, relaying, linkSecrets: [secret = "0x"] }: KeyRing) {
  const [signer, relayer] = [signing.account.address, (relaying ?? signing).account.address];
  return { signer, relayer, linkHead: linkHead(secret) };
}

function summaryOf(ring: KeyRing): string {
  const { signer, relayer, linkHead: head } = publicPart(ring);
  const link =
    ring.signing.file === undefined
      ? "from linkSecret"
      : "from linkSecret, the key file, or derived from the signing key";
  return [
    `signing key    ${signer}`,
    `relaying key   ${relayer}${ring.relaying ? "" : " (the signing key)"}`,
    `link head      ${head} (${link})`,
    "",
  ].join("\n");
}

/** What a backup holds: private keys that are in files, and every link secret, the derived one too. */
function secretsOf({ signing, relaying, linkSecrets }: KeyRing): BackedUpSecret[] {
  const keyOf = (name: string, secret: Hex | undefined) => (secret === undefined ? [] : [{ name, secret }]);
  return [
    ...keyOf("signing", signing.file?.privateKey),
    ...keyOf("relaying", relaying?.file?.privateKey),
    ...linkSecrets.map((secret, i) => ({ name: i === 0 ? "link" : `link-${i + 1}`, secret })),
  ];
}
