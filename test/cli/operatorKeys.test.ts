import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { linkHead } from "../../domain/seed.ts";
import { lockDataDirectory } from "../../oracle/database/lockDataDirectory.ts";
import { guardAccount } from "../../oracle/history/guardAccount.ts";
import { openSigningJournal } from "../../oracle/history/signingJournal.ts";
import { passwordPrompt } from "../../oracle/keys/askPassword.ts";
import { keySourceSchema } from "../../oracle/keys/keySource.ts";
import { openKey, openKeys } from "../../oracle/keys/openKeys.ts";
import { signMessage } from "../../oracle/messages/signMessage.ts";
import { journalPath } from "../../oracle/node/openHistory.ts";
import { readDeployment } from "../../oracle/service/readConfig.ts";
import { commitAndReport, evaluatorAt, resultWord, testPlan } from "../oracle/committee.ts";
import { runForTest as run } from "./runForTest.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const write = (name: string, content: unknown): string => {
  writeFileSync(at(name), typeof content === "string" ? content : JSON.stringify(content));
  return at(name);
};
const contract = (n: number) => `0x${`${n}`.padStart(40, "0")}`;
const deploymentFile = write("deployment.json", {
  ...{ chainId: 31_337, assay: contract(1), vault: contract(2), court: contract(3), inspector: contract(4) },
  ...{ policyBoard: contract(5), lens: contract(6), token: contract(7) },
  ...{ startBlock: 0, genesis: 1, epochLength: 60, unbondingDelay: 0 },
});
const deployment = readDeployment(deploymentFile);
const domain = { chainId: 31_337n, assay: deployment.assay, court: deployment.court };
const password = write("password", "correct horse\n");
const configOf = (name: string, fields: object) =>
  write(`${name}.json`, {
    rpcUrls: ["http://127.0.0.1:9"],
    deployment: deploymentFile,
    boards: ["http://127.0.0.1:9"],
    dataDir: at(`${name}-data`),
    ...fields,
  });
const passwords = { env: { SECRET: "correct horse" }, ask: undefined };

describe("assay operator keys", () => {
  const config = configOf("node", {
    key: { file: at("keys/signing.json"), passwordFile: password },
    relayingKey: { file: at("keys/relaying.json"), passwordEnv: "SECRET" },
  });
  const env = { SECRET: "correct horse" };

  test("default: keys are made, shown, backed up and restored; nobody else may read them", async () => {
    const made = await run(["operator", "keys", "new", "--config", config, "--json"], env);
    expect(made).toMatchObject({ code: 0, err: expect.stringContaining("made ") });
    const { ok, ...keys } = JSON.parse(made.out);
    expect(ok).toBe(true);
    expect(keys.signer).not.toBe(keys.relayer);
    for (const name of ["signing", "relaying"]) expect(statSync(at(`keys/${name}.json`)).mode & 0o777).toBe(0o600);

    const shown = await run(["operator", "keys", "show", "--config", config, "--json"], env);
    expect(JSON.parse(shown.out)).toEqual({ ok: true, ...keys });

    const backup = at("backup.json");
    const flags = ["--password-file", password];
    expect(await run(["operator", "keys", "backup", backup, "--config", config, ...flags], env)).toMatchObject({
      code: 0,
      out: `${backup} holds signing, relaying, link\n`,
    });
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const restored = await run(["operator", "keys", "restore", backup, at("restored"), ...flags]);
    expect(restored.code).toBe(0);
    expect(restored.out).toContain(keys.linkHead);
    const key = { file: at("restored/signing.json"), passwordFile: password };
    const linkSecret = { file: at("restored/link.json"), earlierFiles: [], passwordFile: password };
    const opened = await openKeys({ key, linkSecret }, deployment, passwords);
    expect(opened.account.address).toBe(keys.signer);
    expect(linkHead(opened.linkSecrets[0] ?? "0x")).toBe(keys.linkHead);
    expect(opened.linkSecrets).toHaveLength(1);
  }, 120_000);

  test("error: nothing is overwritten, and nothing is written when the password is wrong or missing", async () => {
    const before = readFileSync(at("keys/signing.json"), "utf8");
    expect(await run(["operator", "keys", "new", "--config", config], env)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^nothing to make: .*never overwritten\n$/),
    });
    const flags = ["--password-file", password];
    for (const command of [
      ["backup", at("backup.json"), "--config", config],
      ["restore", at("backup.json"), at("restored")],
    ])
      expect(await run(["operator", "keys", ...command, ...flags], env)).toMatchObject({
        code: 1,
        err: expect.stringContaining("never overwritten"),
      });
    const wrong = write("wrong", "battery staple");
    expect(
      await run(["operator", "keys", "restore", at("backup.json"), at("no"), "--password-file", wrong]),
    ).toMatchObject({
      code: 1,
      err: `${at("backup.json")} does not open with the password given: correct it\n`,
    });
    expect(existsSync(at("no"))).toBe(false);
    const bare = configOf("bare", { key: { file: at("bare/signing.json") } });
    expect(await run(["operator", "keys", "new", "--config", bare])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^.*needs a password that is not empty: name a file or a variable.*\n$/),
    });
    expect(existsSync(at("bare"))).toBe(false);
    expect(readFileSync(at("keys/signing.json"), "utf8")).toBe(before);
  }, 120_000);

  test("error: what is no backup", async () => {
    expect(await run(["operator", "keys", "restore", password, at("x"), "--password-file", password])).toMatchObject({
      code: 1,
      err: expect.stringContaining("is no backup of keys"),
    });
  });
});

describe("openKeys", () => {
  const { privateKey, account, linkSecret } = evaluatorAt(0);
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "it went through",
      (error: Error) => error.message,
    );

  test("default: hex files, a relaying key and a link secret of their own", async () => {
    const key = { file: write("hex", privateKey) };
    const relayingKey = { file: write("other", evaluatorAt(1).privateKey) };
    const link = { file: write("link", linkSecret), earlierFiles: [write("earlier", { linkSecret: privateKey })] };
    const opened = await openKeys({ key, relayingKey, linkSecret: link }, deployment, passwords);
    expect(opened.account.address).toBe(account.address);
    expect(opened.relaying?.address).toBe(evaluatorAt(1).account.address);
    expect(opened.linkSecrets.slice(0, 2)).toEqual([linkSecret, privateKey]);
    const alone = await openKeys({ key }, deployment, passwords);
    expect(alone.relaying?.address).toBe(account.address);
  });

  test("error: another address than said, a variable that is not set, a key that is nowhere", async () => {
    const source = { file: at("hex"), address: evaluatorAt(1).account.address };
    expect(await refusal(openKey(source, "relayingKey", passwords))).toContain("relayingKey.address says");
    const unset = { file: at("keys/signing.json"), passwordEnv: "ABSENT" };
    expect(await refusal(openKey(unset, "key", passwords))).toContain("environment variable ABSENT");
    const noWay = { file: at("keys/signing.json") };
    expect(await refusal(openKey(noWay, "key", passwords))).toMatch(
      /key\.passwordFile or a variable in key\.passwordEnv/,
    );
    const kms = { awsKms: "alias/x", region: "eu-central-1" };
    expect(await refusal(openKey(kms, "key", passwords))).toContain("AWS_ACCESS_KEY_ID");
  });

  test("error: a source that names no place, two, or half of one", () => {
    for (const source of [
      {},
      { file: "a", awsKms: "b", region: "c" },
      { web3signer: "http://127.0.0.1:9000" },
      { awsKms: "b" },
      { file: "a", region: "c" },
      { file: "a", passwordFile: "b", passwordEnv: "C" },
      { file: "a", passwordEnv: "not a name" },
      { web3signer: "ftp://x", address: account.address },
    ])
      expect(keySourceSchema.safeParse(source).success).toBe(false);
  });
});

describe("passwordPrompt", () => {
  const terminal = () => {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    const shown: string[] = [];
    output.on("data", (chunk) => shown.push(`${chunk}`));
    return { input, output, shown };
  };

  test("default: what is typed is answered and not shown", async () => {
    const { input, output, shown } = terminal();
    const answer = passwordPrompt({ input, output })?.("Password: ");
    input.write("hus\u007fsh\r");
    expect(await answer).toBe("hush");
    expect(shown.join("")).toBe("Password: \n");
  });

  test("error: Ctrl-C, and no terminal", async () => {
    const { input, output } = terminal();
    const answer = passwordPrompt({ input, output })?.("Password: ");
    input.write("\u0003");
    await expect(answer).rejects.toThrow("no password was given");
    expect(passwordPrompt({ input: new PassThrough(), output })).toBeUndefined();
  });
});

describe("assay operator history", () => {
  const key = { file: write("signer", evaluatorAt(0).privateKey) };
  const configs = ["first", "second", "third"].map((name) => configOf(name, { key }));
  const [first = "", second = "", third = ""] = configs;
  const history = (...args: string[]) => run(["operator", "history", ...args]);
  const owner = `${evaluatorAt(0).account.address} on 31337:${deployment.assay}`;

  /** Signs reports with the journal of a configuration. */
  const sign = async (name: string, roundIds: readonly bigint[], word = resultWord()) => {
    const journal = openSigningJournal(journalPath(at(`${name}-data`)));
    journal.claim(owner);
    journal.watch(1_800_000_000n);
    for (const roundId of roundIds) {
      const { signature: _, ...report } = (await commitAndReport(testPlan(1, roundId), 0, 0, word, domain)).report;
      await signMessage(guardAccount(evaluatorAt(0).account, journal), domain, report);
    }
    journal.close();
  };

  test("default: what was signed is listed, exported, and imported elsewhere", async () => {
    expect(await history("--config", first)).toMatchObject({
      code: 1,
      err: expect.stringContaining("there is no signing history"),
    });
    await sign("first", [7n, 8n]);
    const listed = await history("--config", first, "--round", "8");
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/round 8 +0x[0-9a-f]{64} {2}report\n$/) });
    expect(listed.out).toContain("complete until 2027-01-15");
    const exported = await history("export", "--config", first);
    const file = write("signed.json", exported.out);
    expect(await history("import", file, "--config", second)).toMatchObject({
      code: 0,
      out: expect.stringContaining(": 2 signatures added, 0 known"),
    });
    expect((await history("export", "--config", second)).out).toBe(exported.out);
    expect(await history("import", file, "--config", second)).toMatchObject({
      code: 0,
      out: expect.stringContaining(": 0 signatures added, 2 known"),
    });
    await expect(sign("second", [8n], resultWord({ retries: 1n }))).rejects.toThrow("refused to sign a second report");
  });

  test("error: a history that contradicts, of another contract or key, or none: one line, and nothing changes", async () => {
    const exported = JSON.parse((await history("export", "--config", first)).out);
    await sign("third", [7n], resultWord({ retries: 1n }));
    const before = (await history("export", "--config", third)).out;
    const imported = async (content: unknown) => {
      const { code, err } = await history("import", write("other.json", content), "--config", third);
      expect({ code, lines: err.split("\n").length }).toEqual({ code: 1, lines: 2 });
      return err;
    };
    expect(await imported(exported)).toContain("two copies of this key have signed; nothing was imported");
    const metadata = { ...exported.metadata, chainId: "1" };
    expect(await imported({ ...exported, metadata })).toContain("take the one of this deployment");
    const data = [{ ...exported.data[0], signer: evaluatorAt(1).account.address }];
    expect(await imported({ ...exported, data })).toContain("take the right key's");
    expect(await imported("nonsense")).toContain("the file is no signing history");
    expect((await history("export", "--config", third)).out).toBe(before);
  });

  test("behavior: a floor rises with an import and never falls; a running node's history is not imported into", async () => {
    const exported = JSON.parse((await history("export", "--config", first)).out);
    const [of] = exported.data;
    const contracts = [{ ...of.contracts[0], floor: "8", signed: [] }];
    const file = write("floor.json", { ...exported, data: [{ ...of, contracts }] });
    expect((await history("import", file, "--config", second)).code).toBe(0);
    await expect(sign("second", [7n])).rejects.toThrow("refused to sign for round 7");
    expect((await history("import", at("signed.json"), "--config", second)).out).toContain(
      ": 0 signatures added, 2 known",
    );
    const lock = lockDataDirectory(at("second-data"));
    expect(await history("import", file, "--config", second)).toMatchObject({
      code: 1,
      err: expect.stringContaining("in use by another process"),
    });
    lock.release();
  });
});
