import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../domain/differential/random.ts";
import { historyPolicy } from "./history/boardActs.ts";
import { actInCourt } from "./history/courtActs.ts";
import { History } from "./history/History.ts";
import { play } from "./history/play.ts";
import { beginRecord } from "./history/recordActs.ts";
import { expectSameAdmissions } from "./history/sameAdmissions.ts";
import { expectSameFeed } from "./history/sameFeed.ts";
import { expectSameRows } from "./history/sameRows.ts";
import { freePort, IndexerProcess, indexerDirectory } from "./IndexerProcess.ts";
import { Stage } from "./Stage.ts";

const isDeep = process.env.ASSAY_DEEP !== undefined;
const seeds = isDeep ? [1, 2, 3, 4] : [23];
const stretches = isDeep ? 6 : 1;
/** What happens before the indexer starts, in a stretch, and in a stretch that is taken back: a reorg is at most 30 blocks deep. */
const acts = { backfilled: isDeep ? 60 : 24, live: 16, inCourt: 10, orphaned: 2 };
/** A history in which less happens shows little. The chain's own clock and hashes make no two of a seed quite alike. */
const fewestKinds = 20;

describe.each(seeds)("a random history of seed %i", (seed) => {
  const undo: (() => unknown)[] = [];
  let history: History;
  let indexer: IndexerProcess;

  async function expectSame(): Promise<void> {
    await indexer.caughtUp(await history.stage.chain.getBlock(), 60_000);
    await expectSameRows({ history, indexer });
    await expectSameAdmissions({ history, indexer });
  }

  beforeAll(async () => {
    const stage = await Stage.open(historyPolicy);
    undo.push(() => stage.close());
    const { directory, remove } = indexerDirectory(stage.deployment);
    undo.push(remove);
    history = new History(stage, new Random(seed));
    await history.begin();
    await beginRecord(history);
    await play(history, acts.backfilled);
    indexer = IndexerProcess.forStage(stage, directory, await freePort());
    undo.push(() => indexer.stop());
    await indexer.ready();
  }, 240_000);

  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  }, 60_000);

  test("behavior: what was backfilled equals storage and lens", () => expectSame(), 120_000);

  test.each(Array.from({ length: stretches }, (_, i) => i + 1))(
    "behavior: stretch %i equals storage and lens",
    async () => {
      await play(history, acts.live);
      await indexer.caughtUp(await history.stage.chain.getBlock(), 60_000);
      for (let act = 0; act < acts.inCourt; act += 1) await actInCourt({ history, indexer });
      await expectSame();
    },
    240_000,
  );

  test("behavior: after a reorg, what has taken the place of the orphaned blocks equals storage and lens", async () => {
    const orphaned = await history.orphan(async () => {
      await play(history, acts.orphaned);
      await indexer.caughtUp(await history.stage.chain.getBlock(), 60_000);
      for (let act = 0; act < acts.orphaned; act += 1) await actInCourt({ history, indexer });
    });
    await play(history, acts.orphaned);
    // A chain that is no longer than the orphaned one takes the place of nothing.
    while ((await history.stage.chain.getBlock()).number <= orphaned) await history.stage.mine();
    await expectSame();
  }, 240_000);

  test("behavior: the feed tells every event once and in order, and enough has happened", async () => {
    const kinds = await expectSameFeed({ history, indexer });
    expect(kinds.size).toBeGreaterThanOrEqual(fewestKinds);
  });
});
