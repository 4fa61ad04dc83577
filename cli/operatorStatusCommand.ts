import type { Command } from "commander";
import { z } from "zod";
import { families, familyNames } from "../domain/families.ts";
import { askOnce, whyNot } from "../oracle/checks/askOnce.ts";
import { isRunning } from "../oracle/checks/isRunning.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

interface Flags {
  readonly config?: string;
  readonly url?: string;
  readonly json?: true;
}

const defaultUrl = "http://127.0.0.1:42110";

const example = `
Examples:
  assay operator status --config assay-node/node.json5
  assay operator status --url http://127.0.0.1:42110 --json`;

/** What is read of a node's /status; it tells more. */
const statusSchema = z.looseObject({
  observes: z.boolean().default(false),
  evaluator: z.string(),
  seat: z.number().optional(),
  chainId: z.number(),
  head: z.looseObject({ number: z.number(), timestamp: z.number() }).optional(),
  currentRoundId: z.number(),
  rounds: z.array(
    z.looseObject({
      roundId: z.number(),
      phase: z.string(),
      versions: z.array(z.looseObject({ modelId: z.number(), stage: z.string() })),
    }),
  ),
  lastPost: z.looseObject({ roundId: z.number(), transaction: z.string() }).optional(),
  boards: z.array(z.looseObject({ url: z.string(), reachable: z.boolean() })),
  disagreements: z
    .array(z.looseObject({ roundId: z.number(), family: z.string(), own: z.number(), posted: z.number() }))
    .default([]),
  problems: z.array(z.string()).default([]),
});
type Status = z.output<typeof statusSchema>;

export function addStatusCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  operator
    .command("status")
    .description("ask the running node how it is; exit 0 only when nothing is wrong")
    .option("--config <file>", "configuration of the node: says where it listens")
    .option("--url <url>", `where it listens; ${defaultUrl} without either`)
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (flags: Flags) => {
      const url = await urlOf(flags);
      const { status, whole } = await askStatus(url, surroundings);
      const ok = status.problems.length === 0;
      surroundings.stdout(
        flags.json ? `${JSON.stringify({ ok, url, ...whole })}\n` : statusTable(url, status, surroundings),
      );
      finish(ok ? exitCode.done : exitCode.failed);
    });
}

async function urlOf({ config: file, url }: Flags): Promise<string> {
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url}: expected http://host:port`);
    return url.replace(/\/+$/, "");
  }
  if (file === undefined) return defaultUrl;
  const { host, port, dataDir } = await readConfig(file, nodeConfigSchema);
  if (!isRunning({ dataDir }))
    throw new RefusedStart(
      `the node of ${file} does not run (nobody holds ${dataDir}): start it (assay operator run), or name another's place with --url`,
    );
  return `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
}

/** @throws RefusedStart when no node answers there */
async function askStatus(url: string, { now }: Surroundings): Promise<{ status: Status; whole: object }> {
  const { text } = await askOnce(`${url}/status`, () => now().getTime()).catch((cause: unknown) => {
    throw new RefusedStart(
      `no node answers at ${url} (${whyNot(cause)}): start it (assay operator run), or name its place with --config or --url`,
    );
  });
  const whole = parsed(text);
  const status = statusSchema.safeParse(whole);
  if (!status.success) throw new RefusedStart(`what answers at ${url} is no evaluator's node: correct --url`);
  return { status: status.data, whole: Object(whole) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusTable(url: string, status: Status, { now }: Surroundings): string {
  const { evaluator, seat, head, chainId, currentRoundId, rounds, lastPost, boards, problems } = status;
  const who = status.observes ? `observer (signs and submits nothing)` : `${evaluator}, seat ${seat ?? "?"}`;
  const age = head && Math.round(now().getTime() / 1_000 - head.timestamp);
  const rows = [
    ["node", `${who} at ${url}`],
    [
      "chain",
      head ? `${chainId}, block ${head.number}, ${age} s old; round ${currentRoundId}` : `${chainId}, not read yet`,
    ],
    ...boards.map((board) => ["board", `${board.url} ${board.reachable ? "answers" : "DOES NOT ANSWER"}`]),
    ...rounds.map((round) => [`round ${round.roundId}`, `${round.phase}: ${stagesOf(round.versions)}`]),
    ["last post", lastPost ? `round ${lastPost.roundId}, ${lastPost.transaction}` : "none yet"],
    ...disagreementRows(status),
  ];
  const lines = rows.map(([name = "", value = ""]) => `${name.padEnd(12)}${value}\n`).join("");
  const wrong = problems.map((problem) => `  ! ${problem}\n`).join("");
  return `${lines}${problems.length === 0 ? "nothing is wrong\n" : `${problems.length} wrong:\n${wrong}`}`;
}

function stagesOf(versions: Status["rounds"][number]["versions"]): string {
  const counts = new Map<string, number>();
  for (const { stage } of versions) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  return [...counts].map(([stage, count]) => `${count} ${stage}`).join(", ") || "nothing to measure";
}

/** The furthest this node's measurements lay from what was posted in the last round that it compared. */
function disagreementRows({ disagreements }: Status): string[][] {
  const last = disagreements.at(-1);
  const [worst] = disagreements
    .filter(({ roundId }) => roundId === last?.roundId)
    .sort((a, b) => Math.abs(b.own - b.posted) - Math.abs(a.own - a.posted));
  if (!worst) return [];
  const family = families.find((each) => each === worst.family);
  const name = family === undefined ? worst.family : familyNames[family];
  const percent = (bps: number) => `${(bps / 100).toFixed(1)} %`;
  return [
    [
      "compared",
      `round ${worst.roundId}: furthest apart in ${name}, own ${percent(worst.own)}, posted ${percent(worst.posted)}`,
    ],
  ];
}
