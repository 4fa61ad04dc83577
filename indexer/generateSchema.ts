/**
 * Writes `indexer/schema.graphql` from the code, in the project's format. With `--check` it writes nothing and exits 1 when the
 * file says something else.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse, print } from "graphql";
import { printSdl } from "./graphql/schema.ts";

const file = fileURLToPath(new URL("schema.graphql", import.meta.url));
const biome = fileURLToPath(new URL("../node_modules/.bin/biome", import.meta.url));

/** The same text for the same schema, however it is laid out. */
const normal = (sdl: string) => print(parse(sdl));

if (!process.argv.includes("--check")) {
  writeFileSync(file, printSdl());
  execFileSync(biome, ["format", "--write", file], { stdio: "ignore" });
} else if (normal(readFileSync(file, "utf8")) !== normal(printSdl())) {
  process.stderr.write(
    "indexer/schema.graphql is stale: run `node indexer/generateSchema.ts` and commit the result.\n",
  );
  process.exitCode = 1;
}
