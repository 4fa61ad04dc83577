import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { PortError, reservePorts } from "../../scripts/devnet/ports.ts";

/** Something that listens on a free port for the time of a test. */
async function occupied(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return address.port;
}

test("behavior: a taken default or saved port gives way to a free one", async () => {
  const taken = await occupied();
  const { ports, release } = await reservePorts({}, { board: taken });
  await release();
  expect(ports.board).not.toBe(taken);
  expect(new Set(Object.values(ports)).size).toBe(7);
});

test("behavior: a port is held until it is released", async () => {
  const { ports, release } = await reservePorts({}, {});
  await expect(reservePorts({ ASSAY_BOARD_PORT: `${ports.board}` }, {})).rejects.toThrow(PortError);
  await release("board");
  const again = await reservePorts({ ASSAY_BOARD_PORT: `${ports.board}` }, {});
  expect(again.ports.board).toBe(ports.board);
  await again.release();
  await release();
});

test("error: an explicit wish for a taken port is refused by name", async () => {
  const taken = await occupied();
  await expect(reservePorts({ ASSAY_CHAIN_PORT: `${taken}` }, {})).rejects.toThrow(
    new PortError(`ASSAY_CHAIN_PORT=${taken}: the port is taken; stop what listens there or choose another`),
  );
});

test.each(["http", "0", "65536", "8545.5", ""])("error: %j is not a port", async (wish) => {
  await expect(reservePorts({ ASSAY_MODELS_PORT: wish }, {})).rejects.toThrow(
    new PortError(`ASSAY_MODELS_PORT=${wish} is not a port: use a number from 1 to 65535`),
  );
});
