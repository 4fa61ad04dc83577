import { describe, expect, test } from "vitest";
import { digestOf } from "../Stage.ts";
import type { World } from "../World.ts";

/** Bad input, and bounds of a query. */
export function describeLimits(world: World): void {
  describe("bad input and limits", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "{ id }" : `{ versions { nodes { model ${nested(depth - 1)} } } }`;
    const aliases = Array.from({ length: 16 }, (_, i) => `a${i}: meta { chainId }`).join(" ");

    test.each([
      ["a number that is not whole", "{ round(number: 1.5) { number } }", "BAD_INPUT", '"1.5" is not a whole number'],
      ["an id that is no number", '{ model(id: "abc") { name } }', "BAD_INPUT", '"abc" is not a whole number'],
      ["a negative id", "{ model(id: -1) { name } }", "BAD_INPUT", "-1"],
      ["a short hash", '{ version(id: "0x12") { number } }', "BAD_INPUT", "0x and 64 hex digits"],
      ["a short address", '{ account(address: "0x12") { address } }', "BAD_INPUT", "0x and 40 hex digits"],
      ["a time in words", '{ explain(modelId: "1", at: "tomorrow") { state } }', "BAD_INPUT", "tomorrow"],
      ["a question about nothing", "{ explain { state } }", "BAD_INPUT", "modelId or versionId"],
      ["a name with NUL", '{ models(where: { nameContains: "\\u0000" }) { totalCount } }', "BAD_INPUT", "NUL"],
      ["an unknown model", '{ explain(modelId: "999") { state } }', "NOT_FOUND", "no model 999"],
      ["an unknown version", `{ explain(versionId: "${digestOf("x")}") { state } }`, "NOT_FOUND", "no version"],
      ["an unknown field", "{ nonsense }", "QUERY_INVALID", "nonsense"],
      ["a broken query", "{ models(", "QUERY_INVALID", "Syntax Error"],
      ["a deep query", `{ model(id: "1") ${nested(3)} }`, "QUERY_TOO_DEEP", "8"],
      ["many aliases", `{ ${aliases} }`, "TOO_MANY_ALIASES", "15"],
      ["many tokens", `{ meta { ${"chainId ".repeat(1_000)} } }`, "TOO_MANY_TOKENS", "1000"],
      [
        "big pages",
        "{ models(first: 100) { nodes { versions(first: 100) { totalCount } } } }",
        "QUERY_TOO_COSTLY",
        "5000",
      ],
    ])("error: %s", async (_, query, code, value) => {
      const failure = await world.indexer.failure(query);
      expect(failure).toEqual({ code, message: expect.stringContaining(value) });
      expect(failure.message).not.toContain("\n");
    });

    test("error: a literal's error says where it stands", async () => {
      const { errors } = await world.indexer.ask('{\n  model(id: "abc") { name }\n}');
      expect(errors?.[0]?.locations).toEqual([{ line: 2, column: 13 }]);
    });

    test("error: variables obey the same rules as literals, page sizes too", async () => {
      const bad = await world.indexer.failure("query ($id: BigInt!) { model(id: $id) { name } }", { id: "1e3" });
      expect(bad).toEqual({ code: "BAD_INPUT", message: expect.stringContaining("1e3") });
      const costly = "query ($n: Int) { models(first: $n) { nodes { versions(first: $n) { nodes { id } } } } }";
      expect((await world.indexer.failure(costly, { n: 100 })).code).toBe("QUERY_TOO_COSTLY");
    });

    test("error: a body beyond the bound", async () => {
      const failure = await world.indexer.failure(`{ meta { chainId } } # ${"x".repeat(70_000)}`);
      expect(failure).toEqual({ code: "BODY_TOO_LARGE", message: expect.stringContaining("65536") });
    });

    test("error: a body that is no query's, or of no type", async () => {
      for (const type of ["text/csv", undefined]) {
        const headers = new Headers(type === undefined ? {} : { "content-type": type });
        const body = new TextEncoder().encode("{ meta { chainId } }");
        const response = await fetch(`${world.indexer.url}/graphql`, { method: "POST", headers, body });
        const message = `Content-Type is ${type ?? "none"}: send the query as application/json`;
        expect(response.status).toBe(415);
        expect(await response.json()).toEqual({ errors: [{ message, extensions: { code: "MEDIA_TYPE" } }] });
      }
    });

    test("behavior: what does not exist is null", async () => {
      const query = `{ model(id: "999") { name } round(number: "999") { seed } policy(id: "9") { id } version(id: "${digestOf("x")}") { id } }`;
      expect(await world.indexer.ask(query)).toEqual({
        data: { model: null, round: null, policy: null, version: null },
      });
    });

    test("behavior: GraphiQL needs no other host; Ponder's own routes stay, its SQL is off", async () => {
      const page = await fetch(`${world.indexer.url}/graphql`, { headers: { accept: "text/html" } });
      const html = await page.text();
      expect(html).toContain("Assay");
      expect(html).not.toMatch(/(src|href)="https?:/);
      for (const [path, status] of Object.entries({
        health: 200,
        ready: 200,
        status: 200,
        metrics: 200,
        "sql/db": 404,
      })) {
        expect((await fetch(`${world.indexer.url}/${path}`)).status, path).toBe(status);
      }
    });
  });
}
