import { createServer } from "node:net";

/** The port cannot be listened on. */
export class PortTakenError extends Error {
  override name = "PortTakenError";
}

/**
 * Makes sure that a port is free; Ponder would silently take the next one.
 * @throws PortTakenError
 */
export function checkPort(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () =>
      reject(new PortTakenError(`port ${port} on ${host} is taken: end what uses it, or set PORT`)),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
