import { z } from "zod";
import { admissionFields, admissionShape } from "./admissionShape.ts";
import { freePort, IndexerProcess, indexerDirectory } from "./IndexerProcess.ts";
import { playRegistration, playRounds, playTurns } from "./playStory.ts";
import { Stage } from "./Stage.ts";

/** One chain with the whole story on it, and an indexer that has followed it. */
export class World {
  #parts: Awaited<ReturnType<typeof raise>> | undefined;

  async open(): Promise<void> {
    this.#parts = await raise();
  }

  async close(): Promise<void> {
    if (!this.#parts) return;
    const { indexer, stage, remove } = this.#parts;
    await indexer.stop();
    await stage.close();
    remove();
  }

  get #open() {
    if (!this.#parts) throw new Error("the world is not open yet");
    return this.#parts;
  }

  get stage(): Stage {
    return this.#open.stage;
  }

  get turns() {
    return this.#open.turns;
  }

  get directory(): string {
    return this.#open.directory;
  }

  get indexer(): IndexerProcess {
    return this.#open.indexer;
  }

  /** Another process in the place of the one that was stopped. */
  set indexer(indexer: IndexerProcess) {
    this.#open.indexer = indexer;
  }
}

async function raise() {
  const stage = await Stage.open();
  await playRegistration(stage);
  const { directory, remove } = indexerDirectory(stage.deployment);
  const indexer = IndexerProcess.forStage(stage, directory, await freePort());
  // The registration is backfilled; what follows is indexed as it happens.
  await indexer.ready();
  await playRounds(stage);
  const turns = await playTurns(stage);
  await indexer.caughtUp(await stage.chain.getBlock());
  return { stage, directory, remove, indexer, turns };
}

const admissionsShape = z.object({
  models: z.object({ nodes: z.array(z.object({ id: z.string(), admission: admissionShape })) }),
});

/** The admissions of all models at a time (unix seconds), or at the indexer's own. */
export async function admissionsAt(world: World, at?: bigint) {
  const query = `query ($at: DateTime) { models(first: 10) { nodes { id admission(at: $at) { ${admissionFields} } } } }`;
  const variables = at === undefined ? {} : { at: new Date(Number(at) * 1000).toISOString() };
  const { models } = await world.indexer.query(admissionsShape, query, variables);
  return new Map(models.nodes.map(({ id, admission }) => [BigInt(id), admission]));
}
