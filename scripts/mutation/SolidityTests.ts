import {
  type Artifact,
  CollectStackTraces,
  EdrContext,
  L1_CHAIN_TYPE,
  l1GenesisState,
  l1HardforkFromString,
  l1SolidityTestRunnerFactory,
  OSAKA,
  type SolidityTestRunnerConfigArgs,
  type SuiteResult,
  type TestResult,
} from "@nomicfoundation/edr";
import { z } from "zod";
import type { Contracts } from "./compiler.ts";

/** A test that takes more gas than this runs in circles; the run on the original shows that no honest one does. */
const gasLimit = 2n ** 30n;
const solcVersion = "0.8.0";

const functionSchema = z.object({ type: z.literal("function"), name: z.string() });

/** A contract with tests. */
export interface Suite {
  /** Path of its file from the root. */
  readonly file: string;
  readonly name: string;
  readonly abi: string;
  readonly tests: readonly string[];
  /** Creation code, hexadecimal without prefix. */
  readonly code: string;
}

export interface FailedTest {
  readonly file: string;
  readonly test: string;
}

/** Contracts of test files that hold tests; campaigns against invariants do not count. */
export function suitesOf(contracts: Contracts): Suite[] {
  return [...contracts].flatMap(([id, { abi, evm }]) => {
    const [source = "", name = ""] = id.split(":");
    const names = abi.flatMap((item) => functionSchema.safeParse(item).data?.name ?? []);
    const tests = names.filter((test) => test.startsWith("test"));
    if (evm.bytecode.object === "" || tests.length === 0) return [];
    const file = source.replace(/^project\//, "");
    return [{ file, name, abi: JSON.stringify(abi), tests, code: evm.bytecode.object }];
  });
}

function artifactOf({ file, name, abi, code }: Suite): Artifact {
  return {
    id: { name, source: file, solcVersion },
    contract: { abi, bytecode: `0x${code}`, linkReferences: {}, deployedBytecode: "0x", deployedLinkReferences: {} },
  };
}

/** Hardhat's runner of Solidity tests without Hardhat: code comes from memory, and a run costs what its tests cost. */
export class SolidityTests {
  readonly #context: EdrContext;
  readonly #config: SolidityTestRunnerConfigArgs;

  private constructor(context: EdrContext, config: SolidityTestRunnerConfigArgs) {
    this.#context = context;
    this.#config = config;
  }

  /** @param runs Of each fuzz test. */
  static async open(root: string, runs: number): Promise<SolidityTests> {
    const context = new EdrContext();
    await context.registerSolidityTestRunnerFactory(L1_CHAIN_TYPE, l1SolidityTestRunnerFactory());
    return new SolidityTests(context, {
      projectRoot: root,
      hardfork: OSAKA,
      localPredeploys: l1GenesisState(l1HardforkFromString(OSAKA)),
      gasLimit,
      disableBlockGasLimit: true,
      disableTransactionGasCap: true,
      fuzz: { runs, seed: "0x7727eff8de8ad2a1f2e8f1a5b4b1b8b6" },
      excludeTestPattern: "^invariant",
      collectStackTraces: CollectStackTraces.OnFailure,
    });
  }

  /** The first of some tests that fails, if one does. */
  async failure(suite: Suite, tests: readonly string[]): Promise<FailedTest | undefined> {
    return failureIn(suite, await this.#run(suite, { ...this.#config, testPattern: patternOf(tests) }));
  }

  /** The numbers that the code of a suite reports while one of its tests runs as well. */
  async trace(suite: Suite, test: string): Promise<{ failure?: FailedTest; sites: ReadonlySet<number> }> {
    const sites = new Set<number>();
    const onCollectedCoverageCallback = async (hits: Uint8Array[]) => {
      for (const hit of hits) sites.add(Number(`0x${Buffer.from(hit).toString("hex")}`));
    };
    const observability = { codeCoverage: { onCollectedCoverageCallback } };
    const results = await this.#run(suite, { ...this.#config, testPattern: patternOf([test]), observability });
    const failure = failureIn(suite, results);
    return failure === undefined ? { sites } : { failure, sites };
  }

  async #run(suite: Suite, config: SolidityTestRunnerConfigArgs): Promise<TestResult[]> {
    const artifact = artifactOf(suite);
    const { promise, resolve } = Promise.withResolvers<SuiteResult>();
    await this.#context.runSolidityTests(L1_CHAIN_TYPE, [artifact], [artifact.id], config, {}, resolve);
    return (await promise).testResults;
  }
}

function failureIn({ file }: Suite, results: readonly TestResult[]): FailedTest | undefined {
  const failed = results.find(({ status }) => `${status}` === "Failure");
  return failed === undefined ? undefined : { file, test: failed.name.replace(/\(.*/, "") };
}

function patternOf(tests: readonly string[]): string {
  return `^(${tests.join("|")})(\\(|$)`;
}
