import { createServer } from "node:net";
import { z } from "zod";

/** The default ports of every surface, and the variable that overrides each. */
const surfaces = {
  chain: { port: 8545, variable: "ASSAY_CHAIN_PORT" },
  indexer: { port: 42069, variable: "ASSAY_INDEXER_PORT" },
  board: { port: 42070, variable: "ASSAY_BOARD_PORT" },
  models: { port: 42100, variable: "ASSAY_MODELS_PORT" },
  evaluator1: { port: 42110, variable: "ASSAY_EVALUATOR1_PORT" },
  evaluator2: { port: 42111, variable: "ASSAY_EVALUATOR2_PORT" },
  evaluator3: { port: 42112, variable: "ASSAY_EVALUATOR3_PORT" },
} as const;

export type Surface = keyof typeof surfaces;
export type Ports = Record<Surface, number>;

/** A port that was wished for explicitly cannot be had. */
export class PortError extends Error {
  override name = "PortError";
}

const wishedPort = z.coerce.number().int().min(1).max(65_535);

/** Whether something could listen on the port now; 0 asks the system for any. Answers the port, or undefined. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}

async function choosePort(surface: Surface, env: NodeJS.ProcessEnv, saved: number | undefined): Promise<number> {
  const { port, variable } = surfaces[surface];
  const wish = env[variable];
  if (wish !== undefined) {
    const parsed = wishedPort.safeParse(wish);
    if (!parsed.success) throw new PortError(`${variable}=${wish} is not a port: use a number from 1 to 65535`);
    if ((await tryPort(parsed.data)) === undefined) {
      throw new PortError(`${variable}=${wish}: the port is taken; stop what listens there or choose another`);
    }
    return parsed.data;
  }
  const free = (await tryPort(saved ?? port)) ?? (await tryPort(0));
  if (free === undefined) throw new PortError(`no free port for the ${surface} on 127.0.0.1`);
  return free;
}

/**
 * A port for every surface: the explicit wish, else the one of the start before, else the default, else any free one.
 * @throws PortError when an explicit wish cannot be met.
 */
export async function choosePorts(env: NodeJS.ProcessEnv, saved: Partial<Ports>): Promise<Ports> {
  const pick = (surface: Surface) => choosePort(surface, env, saved[surface]);
  return {
    chain: await pick("chain"),
    indexer: await pick("indexer"),
    board: await pick("board"),
    models: await pick("models"),
    evaluator1: await pick("evaluator1"),
    evaluator2: await pick("evaluator2"),
    evaluator3: await pick("evaluator3"),
  };
}
