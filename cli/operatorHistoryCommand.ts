import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { lockDataDirectory } from "../oracle/database/lockDataDirectory.ts";
import { exportHistory, importHistory } from "../oracle/history/historyFile.ts";
import {
  domainKeyOf,
  type JournalEntry,
  openSigningJournal,
  type SigningJournal,
} from "../oracle/history/signingJournal.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { journalPath } from "../oracle/node/openHistory.ts";
import { readConfig, readDeployment, readText } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import type { Deployment } from "../sdk/index.ts";
import { configOption } from "./configOption.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Examples:
  assay operator history --config assay-node/node.json5                     what was signed in which round
  assay operator history export --config assay-node/node.json5 > signed.json
  assay operator history import signed.json --config assay-node/node.json5  with the node stopped`;

interface Flags {
  readonly config: string;
  readonly round?: string;
  readonly json?: true;
}

/** `assay operator history`: shows what the signing key has signed, and takes it to another machine. */
export function addHistoryCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  const history = operator
    .command("history")
    .description("show, export or import what the signing key has signed")
    .addHelpText("after", example);
  addList(history, surroundings, finish);
  addExport(history, surroundings, finish);
  addImport(history, surroundings, finish);
}

function addList(history: Command, { stdout }: Surroundings, finish: Finish): void {
  history
    .command("list", { isDefault: true })
    .description("what was signed in which round; also while the node runs")
    .addOption(configOption())
    .option("--round <number>", "one round only")
    .option("--json", "one JSON object on stdout")
    .action(async ({ config, round, json }: Flags) => {
      if (round !== undefined && !/^[0-9]{1,14}$/.test(round))
        throw new UsageError(`--round ${round}: expected the number of a round`);
      await withJournal(config, (journal, deployment) => {
        const entries = journal.entries().filter(({ roundId }) => round === undefined || `${roundId}` === round);
        stdout(json ? jsonOf(journal, entries) : tableOf(journal, entries, deployment));
      });
      finish(exitCode.done);
    });
}

function addExport(history: Command, { stdout }: Surroundings, finish: Finish): void {
  history
    .command("export")
    .description("print the history as JSON; stop the node first when it is to move")
    .addOption(configOption())
    .action(async ({ config }: Flags) => {
      await withJournal(config, (journal, _, path) => stdout(exportHistory(journal, path)));
      finish(exitCode.done);
    });
}

function addImport(history: Command, { stdout }: Surroundings, finish: Finish): void {
  history
    .command("import")
    .description("add an exported history; refused when it contradicts the one here or is another key's")
    .argument("<file>", "what `assay operator history export` printed")
    .addOption(configOption())
    .option("--json", "one JSON object on stdout")
    .action(async (file: string, { config: path, json }: Flags) => {
      const config = await readConfig(path, nodeConfigSchema);
      const directory = resolve(config.dataDir);
      const deployment = readDeployment(config.deployment);
      const text = readText(file, "signing history");
      const lock = lockDataDirectory(directory);
      const journal = openSigningJournal(journalPath(directory));
      try {
        const { signer, added, skipped } = importHistory(journal, text, deployment);
        stdout(
          json
            ? `${JSON.stringify({ ok: true, signer, added, skipped })}\n`
            : `${signer}: ${added} signatures added, ${skipped} known or of rounds that are over\n`,
        );
      } finally {
        journal.close();
        lock.release();
      }
      finish(exitCode.done);
    });
}

type Look = (journal: SigningJournal, deployment: Deployment, path: string) => void;

/** @throws RefusedStart when there is no journal yet */
async function withJournal(configPath: string, look: Look): Promise<void> {
  const config = await readConfig(configPath, nodeConfigSchema);
  const deployment = readDeployment(config.deployment);
  const path = journalPath(resolve(config.dataDir));
  if (!existsSync(path))
    throw new RefusedStart(`there is no signing history at ${path}: the node has not run with this dataDir yet`);
  const journal = openSigningJournal(path);
  try {
    look(journal, deployment, path);
  } finally {
    journal.close();
  }
}

const jsonOf = (journal: SigningJournal, entries: readonly JournalEntry[]): string =>
  `${JSON.stringify({
    owner: journal.owner() ?? null,
    watchedUntil: journal.watchedUntil()?.toString() ?? null,
    floors: Object.fromEntries([...journal.floors()].map(([domain, floor]) => [domain, `${floor}`])),
    signed: entries.map((entry) => ({ ...entry, roundId: `${entry.roundId}` })),
  })}\n`;

/** A line a round (or dispute) and version, with what was signed for it. */
function tableOf(journal: SigningJournal, entries: readonly JournalEntry[], deployment: Deployment): string {
  const assay = domainKeyOf(BigInt(deployment.chainId), deployment.assay);
  const kinds = new Map<string, string[]>();
  for (const { domain, roundId, subject, kind } of entries) {
    const name = `${domain === assay ? "round" : "dispute"} ${roundId}`.padEnd(16);
    const line = `${name}${subject}  `;
    kinds.set(line, [...(kinds.get(line) ?? []), kind]);
  }
  const lines = [...kinds].map(([line, signed]) => `${line}${signed.join(", ")}`);
  const floor = journal.floors().get(assay) ?? 0n;
  const until = journal.watchedUntil();
  const head = [
    journal.owner() ?? "no key yet",
    `nothing is signed for rounds before ${floor}`,
    until === undefined ? "never watched" : `complete until ${new Date(Number(until) * 1_000).toISOString()}`,
  ];
  return `${head.join("; ")}\n${lines.length === 0 ? "nothing was signed" : lines.join("\n")}\n`;
}
