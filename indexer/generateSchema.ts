/** Writes `indexer/schema.graphql` from the code. With `--check` it writes nothing and exits 1 when the file is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { printSdl } from "./graphql/schema.ts";

const file = new URL("schema.graphql", import.meta.url);

if (!process.argv.includes("--check")) writeFileSync(file, printSdl());
else if (readFileSync(file, "utf8") !== printSdl()) {
  process.stderr.write(
    "indexer/schema.graphql is out of date: run `node indexer/generateSchema.ts` and commit the result.\n",
  );
  process.exitCode = 1;
}
