import { useResponseCache as responseCache } from "@graphql-yoga/plugin-response-cache";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { createYoga } from "graphql-yoga";
import type { QueryContext, QuerySource } from "../queries/QueryContext.ts";
import { readAtTip } from "../queries/readTip.ts";
import { errorCodes } from "./errorCodes.ts";
import { limitPlugins } from "./limits.ts";
import { schema } from "./schema.ts";

/** A cached answer's life (milliseconds), about a block of a fast chain; a new block ends it earlier. */
const cacheMillis = 1_000;

/**
 * GraphQL over the tables; `fetch` takes the context of the query beside the request. An answer is cached under the hash of the
 * block it was computed at, so it does not outlive its block, not even in a reorg. What the server's clock decides
 * (`lagSeconds`) is not cached.
 */
const graphqlServer = createYoga<QueryContext>({
  schema,
  graphqlEndpoint: "/graphql",
  landingPage: false,
  // Ponder's server has set the headers already.
  cors: false,
  renderGraphiQL,
  graphiql: {
    title: "Assay",
    defaultQuery: "{\n  admitted {\n    nodes { id name weight share validUntil }\n  }\n}\n",
  },
  plugins: [
    ...limitPlugins,
    errorCodes,
    responseCache<QueryContext>({
      session: (_, { head }) => head?.hash ?? "before the first block",
      ttl: cacheMillis,
      ttlPerSchemaCoordinate: { "Meta.lagSeconds": 0 },
      includeExtensionMetadata: false,
    }),
  ],
});

/** Answers one HTTP request, from the rows of one block. */
export function answerGraphql(request: Request, source: QuerySource): Promise<Response> {
  return readAtTip(source, async ({ head, finalizedBlock }) =>
    graphqlServer.fetch(request.clone(), { ...source, head, finalizedBlock }),
  );
}
