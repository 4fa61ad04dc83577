import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cast } from "../cast.ts";
import type { World } from "../World.ts";

/** Of a model whose name is NUL. */
const nulCursor = Buffer.from(JSON.stringify(["\0", "1"])).toString("base64url");

const modelIds = Object.values(cast);

/** Relay pages. */
export function describePages(world: World): void {
  describe("pages", () => {
    const pageShape = z.object({
      page: z.object({
        totalCount: z.number(),
        edges: z.array(z.object({ cursor: z.string(), node: z.record(z.string(), z.unknown()) })),
        pageInfo: z.object({
          hasNextPage: z.boolean(),
          hasPreviousPage: z.boolean(),
          endCursor: z.string().nullable(),
        }),
      }),
    });
    const body = (field: string) =>
      `{ totalCount edges { cursor node { ${field} } } pageInfo { hasNextPage hasPreviousPage endCursor } }`;

    /** Walks a list to its end and gives every page's items. */
    async function walk(list: string, field: string, size: number): Promise<unknown[][]> {
      const pages: unknown[][] = [];
      let after: string | null = null;
      do {
        const query = `query ($after: String) { page: ${list.replace("(", `(first: ${size}, after: $after, `)} ${body(field)} }`;
        const { page }: z.infer<typeof pageShape> = await world.indexer.query(pageShape, query, { after });
        pages.push(page.edges.map(({ node }) => node[field]));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null && pages.length < 200);
      return pages;
    }

    test.each([
      ["models(orderBy: idAsc)", "id", modelIds.map(String)],
      ["models(orderBy: idDesc)", "id", modelIds.map(String).reverse()],
      ["models(orderBy: nameDesc)", "name", Object.keys(cast).sort().reverse()],
      [
        "models(orderBy: weightAsc, where: { admitted: false })",
        "id",
        modelIds.filter((id) => id !== cast.anchor && id !== cast.thin).map(String),
      ],
    ])("default: %s in pages of three", async (list, field, expected) => {
      const pages = await walk(list, field, 3);
      expect(pages.flat()).toEqual(expected);
      expect(pages.slice(0, -1).every((page) => page.length === 3)).toBe(true);
    });

    test("behavior: every list without computed order is complete and without repeats", async () => {
      for (const [list, field] of [
        ["rounds()", "number"],
        ["activity()", "kind"],
        ["results()", "transactionHash"],
        ["evaluators()", "id"],
      ] as const) {
        const { page } = await world.indexer.query(
          pageShape,
          `{ page: ${list.replace("()", "(first: 100)")} ${body(field)} }`,
        );
        const pages = await walk(list.replace("()", "(last: null)"), field, 20);
        const all = pages.flat();
        expect(all.slice(0, 100)).toEqual(page.edges.map(({ node }) => node[field]));
        expect(page.totalCount).toBe(all.length);
      }
    });

    test("behavior: pages from the back", async () => {
      const { page } = await world.indexer.query(pageShape, `{ page: models(last: 2) ${body("id")} }`);
      expect(page.edges.map(({ node }) => node.id)).toEqual(["12", "13"]);
      const before = page.edges[0]?.cursor;
      const query = `query ($before: String) { page: models(last: 2, before: $before) ${body("id")} }`;
      const previous = await world.indexer.query(pageShape, query, { before });
      expect(previous.page.edges.map(({ node }) => node.id)).toEqual(["10", "11"]);
      expect(previous.page.pageInfo.hasPreviousPage).toBe(true);
    });

    test("behavior: a list without items has no cursors", async () => {
      const shape = z.object({
        slashes: z.object({ pageInfo: z.object({ startCursor: z.null(), endCursor: z.null() }) }),
        models: z.object({ pageInfo: z.object({ startCursor: z.null(), endCursor: z.null() }) }),
      });
      await world.indexer.query(
        shape,
        `{ slashes(seatId: 99) { pageInfo { startCursor endCursor } }
          models(where: { admitted: true }, at: "9999-01-01T00:00:00Z") { pageInfo { startCursor endCursor } } }`,
      );
    });

    test.each([
      ["{ models(first: 101) { totalCount } }", "BAD_PAGE_SIZE", "101"],
      ["{ models(first: 0) { totalCount } }", "BAD_PAGE_SIZE", "first: 0"],
      ['{ models(after: "bm9wZQ") { totalCount } }', "BAD_CURSOR", "bm9wZQ"],
      ['{ models(orderBy: weightDesc, after: "WyIxIl0") { totalCount } }', "BAD_CURSOR", "WyIxIl0"],
      [`{ models(orderBy: nameAsc, after: "${nulCursor}") { totalCount } }`, "BAD_CURSOR", nulCursor],
    ])("error: %s", async (query, code, value) => {
      expect(await world.indexer.failure(query)).toEqual({ code, message: expect.stringContaining(value) });
    });
  });
}
