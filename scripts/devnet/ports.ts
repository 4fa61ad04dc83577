import { createServer, type Server } from "node:net";
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

/** Listens on the port (0: any) so that nobody else gets it; undefined when it is taken. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    // A held port must not keep a process alive that is done.
    const server = createServer((socket) => socket.destroy()).unref();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new PortError("a listening socket has no port");
  return address.port;
}

async function holdSurface(surface: Surface, env: NodeJS.ProcessEnv, saved: number | undefined): Promise<Server> {
  const { port, variable } = surfaces[surface];
  const wish = env[variable];
  if (wish !== undefined) {
    const parsed = wishedPort.safeParse(wish);
    if (!parsed.success) throw new PortError(`${variable}=${wish} is not a port: use a number from 1 to 65535`);
    const held = await hold(parsed.data);
    if (!held) throw new PortError(`${variable}=${wish}: the port is taken; stop what listens there or choose another`);
    return held;
  }
  const held = (await hold(saved ?? port)) ?? (await hold(0));
  if (!held) throw new PortError(`no free port for the ${surface} on 127.0.0.1`);
  return held;
}

/** Ports that are held until the process they are meant for is about to listen. */
export interface ReservedPorts {
  readonly ports: Ports;
  /** Lets go of one port; of all that are still held without an argument. */
  release(surface?: Surface): Promise<void>;
}

/**
 * Holds a port for every surface: the explicit wish, else the one of the start before, else the default, else any free one. Held,
 * because the defaults lie where the system takes the ports of outgoing connections from, and the harness makes many.
 * @throws PortError when an explicit wish cannot be met.
 */
export async function reservePorts(env: NodeJS.ProcessEnv, saved: Partial<Ports>): Promise<ReservedPorts> {
  const held = new Map<Surface, Server>();
  const release = async (surface?: Surface) => {
    for (const [name, server] of held) {
      if (surface !== undefined && surface !== name) continue;
      held.delete(name);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  };
  const take = async (surface: Surface) => {
    const server = await holdSurface(surface, env, saved[surface]);
    held.set(surface, server);
    return portOf(server);
  };
  try {
    const ports = {
      chain: await take("chain"),
      indexer: await take("indexer"),
      board: await take("board"),
      models: await take("models"),
      evaluator1: await take("evaluator1"),
      evaluator2: await take("evaluator2"),
      evaluator3: await take("evaluator3"),
    };
    return { ports, release };
  } catch (error) {
    await release();
    throw error;
  }
}
