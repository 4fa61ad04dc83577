import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import solc from "solc";
import { z } from "zod";
import config from "../../hardhat.config.ts";
import type { CompiledContract, Contracts } from "./compiler.ts";

/** A test that takes more gas than this runs in circles; the run on the original shows that no honest one does. */
const gasLimit = 2n ** 32n;

/** Hardhat's tasks answer `{ success: true, value }` or `{ success: false, error }`. */
const outcomeSchema = z.object({ success: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });
const resultSchema = z.object({
  suiteResults: z.array(
    z.object({
      id: z.object({ source: z.string() }),
      // `status` is a getter of a native object: read, not spread.
      testResults: z.array(z.custom<{ readonly status: string; readonly name: string }>()),
    }),
  ),
});

const solcVersion = /^\d+\.\d+\.\d+/.exec(solc.version())?.[0] ?? "";
/** Hardhat wants a build behind every artifact. Ours is empty: nobody reads the stack trace of a test that kills a mutant. */
const buildId = `solc-${solcVersion.replaceAll(".", "_")}-${"0".repeat(40)}`;
const emptyBuild = {
  _format: "hh3-sol-build-info-1",
  id: buildId,
  solcVersion,
  solcLongVersion: solc.version(),
  userSourceNameMap: {},
  input: { language: "Solidity", sources: {}, settings: { optimizer: {}, outputSelection: {} } },
};
const emptyOutput = { _format: "hh3-sol-build-info-output-1", id: buildId, output: { sources: {}, contracts: {} } };

function artifactOf(id: string, { abi, evm }: CompiledContract) {
  const [inputSourceName = "", contractName = ""] = id.split(":");
  return {
    _format: "hh3-artifact-1",
    contractName,
    sourceName: inputSourceName.replace(/^(project|npm)\//, ""),
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
    linkReferences: evm.bytecode.linkReferences,
    deployedLinkReferences: evm.deployedBytecode.linkReferences,
    immutableReferences: {},
    inputSourceName,
    buildInfoId: buildId,
  };
}

export interface FailedTest {
  readonly file: string;
  readonly test: string;
}

/** Runs Solidity tests with Hardhat's own runner, on code that was compiled here and in a directory of their own. */
export class SolidityTests {
  readonly #hre: HardhatRuntimeEnvironment;
  readonly #root: string;
  readonly #artifacts: string;

  private constructor(hre: HardhatRuntimeEnvironment, root: string, artifacts: string) {
    this.#hre = hre;
    this.#root = root;
    this.#artifacts = artifacts;
  }

  /** @param directory Empty and ours alone. */
  static async open(root: string, directory: string): Promise<SolidityTests> {
    const artifacts = join(directory, "artifacts");
    const paths = { ...config.paths, artifacts, cache: join(directory, "cache") };
    const test = { ...config.test, solidity: { ...config.test?.solidity, gasLimit } };
    const hre = await createHardhatRuntimeEnvironment({ ...config, paths, test }, {}, root);
    return new SolidityTests(hre, root, artifacts);
  }

  /** A test that fails, if one does. A run that breaks before or between its tests has failed. */
  async firstFailure(contracts: Contracts, files: readonly string[]): Promise<FailedTest | undefined> {
    this.#write(contracts);
    const testFiles = files.map((file) => join(this.#root, file));
    const task = this.#hre.tasks.getTask(["test", "solidity"]);
    const { success, value, error } = outcomeSchema.parse(await task.run({ testFiles, noCompile: true }));
    const { suiteResults } = resultSchema.parse(success ? value : error);
    if (success && suiteResults.length === 0) throw new Error(`no tests ran in ${files.join(", ")}`);
    if (success) return undefined;
    const failed = suiteResults.flatMap(({ id, testResults }) =>
      testResults
        .filter(({ status }) => status === "Failure")
        .map(({ name }) => ({ file: id.source.replace(/^project\//, ""), test: name })),
    );
    return failed[0] ?? { file: files.join(), test: "a run that broke" };
  }

  #write(contracts: Contracts): void {
    rmSync(this.#artifacts, { recursive: true, force: true });
    const files = new Map<string, unknown>([
      [`build-info/${buildId}.json`, emptyBuild],
      [`build-info/${buildId}.output.json`, emptyOutput],
    ]);
    for (const [id, contract] of contracts) {
      const artifact = artifactOf(id, contract);
      files.set(`${artifact.sourceName}/${artifact.contractName}.json`, artifact);
    }
    for (const [file, content] of files) {
      const path = join(this.#artifacts, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify(content));
    }
  }
}
