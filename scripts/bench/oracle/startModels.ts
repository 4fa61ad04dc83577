import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../../examples/reference-models/main.ts", import.meta.url));

export interface ServedModels {
  readonly url: string;
  close(): Promise<void>;
}

/** The reference models in a process of their own, so that what they cost is in no figure. */
export async function startModels(): Promise<ServedModels> {
  const child = spawn(process.execPath, [script, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const ended = exited.then(() => Promise.reject(new Error("the reference models ended before they were ready")));
  const [line] = await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => undefined);
  return {
    url: `${line}`.trim().split(" ").at(-1) ?? "",
    close: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
