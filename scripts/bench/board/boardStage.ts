import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringifyMessage } from "../../../oracle/messages/message.ts";
import type { SigningDomain } from "../../../oracle/messages/messageDigest.ts";
import type { Deployment } from "../../../sdk/index.ts";
import { createChainActor } from "../../../test/oracle/chainActor.ts";
import { resultWord, signed, type TestEvaluator, testEvaluator, testPlan } from "../../../test/oracle/committee.ts";
import { deployForTest } from "../../../test/oracle/deployForTest.ts";
import { type RunningProcess, startProcess } from "../../../test/oracle/runProcess.ts";
import { startTestChain } from "../../../test/oracle/testChain.ts";

/** A committee as large as the contracts allow, with as many versions as it may measure in a round. */
const seats = 15;
const versions = 64;
const roundId = 1n;

/** Messages of one kind, as they travel: each of its evaluator, over the deployment's domain. */
export interface SignedMessages {
  readonly commitments: readonly string[];
  readonly reports: readonly string[];
}

export interface BoardStage {
  readonly messages: SignedMessages;
  readonly domain: SigningDomain;
  /** Starts a board, as `assay board` does, on an empty database: PGlite in a folder, or a schema on a server. */
  startBoard(name: string, databaseUrl?: string): Promise<RunningProcess>;
  close(): Promise<void>;
}

/** A local chain with the contracts, 15 seats, an open round, and what its committee says in it. */
export async function openBoardStage(): Promise<BoardStage> {
  const directory = mkdtempSync(join(tmpdir(), "assay-bench-board-"));
  const evaluators = Array.from({ length: seats }, (_, i) => testEvaluator(i));
  const chain = await startTestChain(0);
  const deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 86_400n, seated: evaluators });
  await createChainActor(chain.rpcUrl, deployment).openRound();
  const domain = domainOf(deployment);
  const write = (name: string, content: unknown): string => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const deploymentFile = write("deployment", deployment);
  return {
    messages: await signAll(evaluators, domain),
    domain,
    startBoard(name, databaseUrl) {
      const many = 100_000;
      const config = {
        rpcUrls: [chain.rpcUrl],
        deployment: deploymentFile,
        port: 0,
        ...(databaseUrl ? { database: { url: databaseUrl, schema: name } } : { dataDir: join(directory, name) }),
        // What is measured is the board, not its limits.
        limits: { messagesPerSecond: many, postsPerSecond: many, readsPerSecond: many },
        logFile: join(directory, `${name}.log`),
      };
      return startProcess("oracle/board/main.ts", write(name, config));
    },
    async close() {
      await chain.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const domainOf = ({ chainId, assay, court }: Deployment): SigningDomain => ({ chainId: BigInt(chainId), assay, court });

async function signAll(evaluators: readonly TestEvaluator[], domain: SigningDomain): Promise<SignedMessages> {
  const { assignments } = testPlan(versions, roundId);
  const [commitments, reports]: [string[], string[]] = [[], []];
  for (const { modelId, digest } of assignments)
    for (const evaluator of evaluators) {
      const subject = { roundId, modelId, digest, evaluator: evaluator.account.address };
      const commitment = { kind: "commitment", ...subject, reportDigest: digest } as const;
      const roots = { evidenceRoot: digest, evidenceHash: digest, link: evaluator.links.linkOf(roundId) };
      const report = { kind: "report", ...subject, word: resultWord(), ...roots } as const;
      commitments.push(stringifyMessage(await signed(commitment, evaluator, domain)));
      reports.push(stringifyMessage(await signed(report, evaluator, domain)));
    }
  return { commitments, reports };
}
