import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface S3Server {
  /** What a store needs of the environment; the keys are the server's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps a bucket's objects. */
  readonly folderOf: (bucket: string) => string;
  close(): Promise<void>;
}

/** Prints its port when it is ready. */
const program = `
  const S3rver = require("@20minutes/s3rver");
  new S3rver(JSON.parse(process.argv[1])).run().then(({ port }) => console.log(port));
`;

/** An S3 server of its own process, which verifies SigV4, on a free port with one bucket. */
export async function startS3Server(bucket: string): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "assay-s3-"));
  const options = { directory, address: "127.0.0.1", port: 0, silent: true, configureBuckets: [{ name: bucket }] };
  const child = spawn(process.execPath, ["-e", program, JSON.stringify(options)], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  return {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${`${port}`.trim()}`,
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
    },
    folderOf: (name) => join(directory, name),
    async close() {
      child.kill();
      await once(child, "exit");
    },
  };
}
