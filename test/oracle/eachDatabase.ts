import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { DatabasePlace } from "../../oracle/database/databasePlace.ts";
import { startTestPostgres, type TestPostgres } from "./testPostgres.ts";

/** A place of its own beside others in the same one. */
export const placeWithin = (place: DatabasePlace, name: string): DatabasePlace =>
  "url" in place ? { ...place, schema: name } : { directory: join(place.directory, name) };

/**
 * Describes the same behaviour on PGlite in a directory and on a Postgres server.
 * @param suite Gets a place of its own; it may be used from the first hook on.
 * @param postgres Whether Postgres has its turn in every run, or in `npm run test:deep` only: for what the databases' own tests cover.
 */
export function describeOnEachDatabase(
  name: string,
  suite: (place: () => DatabasePlace) => void,
  postgres: "always" | "deep" = "always",
): void {
  describe(`${name}, on PGlite`, () => {
    const directory = mkdtempSync(join(tmpdir(), "assay-database-"));
    suite(() => ({ directory }));
    afterAll(() => rmSync(directory, { recursive: true }));
  });
  if (postgres === "deep" && process.env.ASSAY_DEEP === undefined) return;
  describe(`${name}, on Postgres`, () => {
    let server: TestPostgres | undefined;
    beforeAll(async () => {
      server = await startTestPostgres();
    });
    suite(() => ({ url: server?.url ?? "", schema: "tested" }));
    afterAll(() => server?.close());
  });
}
