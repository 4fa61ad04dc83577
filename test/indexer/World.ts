import { z } from "zod";
import { admissionFields, admissionShape } from "./admissionShape.ts";
import { freePort, IndexerProcess, indexerDirectory } from "./IndexerProcess.ts";
import { playRegistration, playRounds, playTurns } from "./playStory.ts";
import { Stage } from "./Stage.ts";

interface Parts {
  stage: Stage;
  directory: string;
  indexer: IndexerProcess;
  turns: Awaited<ReturnType<typeof playTurns>>;
}

/** One chain with the whole story on it, and an indexer that has followed it. */
export class World {
  #parts: Parts | undefined;
  #indexer: IndexerProcess | undefined;
  /** Undoes what is there, also when opening failed half-way. Last in, first out. */
  readonly #undo: (() => unknown)[] = [];

  async open(): Promise<void> {
    const stage = await Stage.open();
    this.#undo.push(() => stage.close());
    await playRegistration(stage);
    const rounds = await playRounds(stage);
    const { directory, remove } = indexerDirectory(stage.deployment);
    this.#undo.push(remove);
    const indexer = IndexerProcess.forStage(stage, directory, await freePort());
    this.#indexer = indexer;
    this.#undo.push(() => this.#indexer?.stop());
    // Registration and the first rounds are backfilled; what follows is indexed as it happens.
    await indexer.ready();
    const turns = await playTurns(stage, rounds);
    await indexer.caughtUp(await stage.chain.getBlock(), 60_000);
    this.#parts = { stage, directory, indexer, turns };
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
  }

  get #open(): Parts {
    if (!this.#parts) throw new Error("the world is not open yet");
    return this.#parts;
  }

  get stage(): Stage {
    return this.#open.stage;
  }

  get turns(): Parts["turns"] {
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
    this.#indexer = indexer;
    this.#open.indexer = indexer;
  }
}

const admissionsShape = z.object({
  models: z.object({ nodes: z.array(z.object({ id: z.string(), admission: admissionShape })) }),
});

/** The admissions of all models at a time (unix seconds), or at the indexer's own; under a policy, or the one in force then. */
export async function admissionsAt(world: World, at?: bigint, policyId?: bigint) {
  const query = `query ($at: DateTime, $policyId: BigInt) {
    models(first: 20) { nodes { id admission(at: $at, policyId: $policyId) { ${admissionFields} } } }
  }`;
  const variables = {
    ...(at === undefined ? {} : { at: new Date(Number(at) * 1000).toISOString() }),
    ...(policyId === undefined ? {} : { policyId: `${policyId}` }),
  };
  const { models } = await world.indexer.query(admissionsShape, query, variables);
  return new Map(models.nodes.map(({ id, admission }) => [BigInt(id), admission]));
}
