import { parseArgs } from "node:util";
import closeWithGrace from "close-with-grace";
import { z } from "zod";
import { startReferenceModels } from "./startReferenceModels.ts";

const usage =
  "usage: node examples/reference-models/main.ts [--port 42100] [--seed N] [--suite FILE] [--public-url URL] [--glass-speed N]";

const argumentsSchema = z.strictObject({
  port: z.coerce.number("expected a number").int().min(0).max(65_535, "expected at most 65535").default(42_100),
  seed: z.coerce.number("expected a number").int().min(0).max(0xffffffff, "expected 32 bits").default(1),
  suite: z.string().min(1, "expected the path of a suite").optional(),
  "glass-speed": z.coerce.number("expected a number").int("expected a whole number").min(1).max(20).optional(),
  "public-url": z.url({ protocol: /^https?$/, error: "expected an http(s) URL" }).optional(),
});

function readArguments(): z.infer<typeof argumentsSchema> {
  const options = {
    port: { type: "string" },
    seed: { type: "string" },
    suite: { type: "string" },
    "public-url": { type: "string" },
    "glass-speed": { type: "string" },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const parsed = argumentsSchema.safeParse(values);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new TypeError(`--${name} ${Object.entries(values).find(([key]) => key === name)?.[1]}: ${issue?.message}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return process.exit(2);
  }
}

const { port, seed, suite, "public-url": publicUrl, "glass-speed": glassSpeed } = readArguments();
try {
  const { url, close } = await startReferenceModels({ port, seed, suiteFile: suite, publicUrl, glassSpeed });
  closeWithGrace({ delay: 5_000, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`reference models: ${err.stack ?? err.message}\n`);
    await close();
  });
  process.stdout.write(`reference models ready on ${url}\n`);
} catch (error) {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const reason = taken
    ? `port ${port} is taken; choose another with --port, or --port 0 for a free one`
    : String(error);
  process.stderr.write(`reference models: ${reason}\n`);
  process.exit(1);
}
