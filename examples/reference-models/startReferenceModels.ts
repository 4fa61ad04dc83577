import type { ChatModel } from "./chatModel.ts";
import { createModels } from "./createModels.ts";
import { createDrifter } from "./drifter.ts";
import { openGateway } from "./gateway.ts";
import { createGlass, glassAt } from "./glass.ts";
import { loadLessons } from "./grammar.ts";
import { closeServer, createHttpServer, listen, type Methods } from "./httpServer.ts";
import { freshRandom, type Random, seededRandom } from "./random.ts";
import { referenceRoutes } from "./referenceRoutes.ts";
import { createReplySigner } from "./replySigner.ts";
import { trainWeights, type Weights } from "./trainWeights.ts";

/** Names of the models served, each below `/<name>`. */
export const referenceModelNames = [
  "anchor",
  "demo",
  "sampler",
  "formatter",
  "two-step",
  "glass",
  "retry",
  "anchor-v2",
  "drifter",
] as const;

type ReferenceModelName = (typeof referenceModelNames)[number];

/** How the reference models are started. */
export interface ReferenceModelsOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** The same seed trains the same weights. */
  readonly seed: number;
  /** The suite whose packs the models learn; absent: the standard one. */
  readonly suiteFile?: string | undefined;
  /** Weights that have been trained already are served as they are. */
  readonly weights?: Weights | undefined;
  /** Repeats the sampler's and the gateway's draws; without it they come from the operating system. */
  readonly samplingSeed?: number | undefined;
  /** How many times as fast `glass` is, and is declared to be; absent: 1. */
  readonly glassSpeed?: number | undefined;
  /** The base URL written into manifests, where it is not `http://127.0.0.1:<port>`. */
  readonly publicUrl?: string | undefined;
}

/** The running server. */
export interface ReferenceModels {
  /** Where it listens, without a slash at the end; a model's manifest is at `<url>/<name>/manifest.json`. */
  readonly url: string;
  readonly models: readonly ReferenceModelName[];
  close(): Promise<void>;
}

/**
 * Trains the reference models and serves them over one HTTP server.
 * @throws the system's error (code EADDRINUSE) when the port is taken
 */
export async function startReferenceModels(options: ReferenceModelsOptions): Promise<ReferenceModels> {
  const routes = new Map<string, Methods>();
  const server = createHttpServer(routes);
  const url = await listen(server, options.port);
  const { samplingSeed } = options;
  const drawsOf = (salt: number): Random =>
    samplingSeed === undefined ? freshRandom() : seededRandom(samplingSeed ^ salt);
  const local = createModels(
    options.weights ?? trainWeights(await loadLessons(options.suiteFile), options.seed),
    drawsOf(1),
  );
  const drifter = createDrifter(local);
  const retry = await openGateway(local.anchor, drawsOf(2));
  const { house, service } = glassAt(options.glassSpeed ?? 1);
  const glass = createGlass({ ...house, full: local.anchor, early: local.earlyExit });
  const models: Record<ReferenceModelName, ChatModel> = { ...local, glass, retry, drifter };
  const publicUrl = options.publicUrl?.replace(/\/+$/, "") ?? url;
  const signers = new Map([["anchor", createReplySigner(`anchor ${options.seed}`)]]);
  const served = referenceModelNames.map((name) => [name, models[name]] as const);
  for (const [path, methods] of referenceRoutes(served, { drifter, publicUrl, signers, glass: service }))
    routes.set(path, methods);
  return {
    url,
    models: referenceModelNames,
    async close() {
      await closeServer(server);
      await retry.close();
    },
  };
}
