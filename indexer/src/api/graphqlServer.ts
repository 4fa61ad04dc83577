import { useResponseCache as responseCache } from "@graphql-yoga/plugin-response-cache";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { createYoga } from "graphql-yoga";
import type { Deployment } from "../../../sdk/deployment.ts";
import { errorCodes } from "./graphql/errorCodes.ts";
import { limitPlugins } from "./graphql/limits.ts";
import { schema } from "./graphql/schema.ts";
import { type Database, type QueryContext, readHead } from "./QueryContext.ts";

/** Upper bound of a cached answer's life (milliseconds); a new block ends it earlier. */
const cacheMillis = 10_000;

/**
 * GraphQL over the tables. An answer is cached under the hash of the block it was computed at, so it never outlives its block,
 * not even in a reorg. What the server's clock decides (`lagSeconds`) is not cached.
 */
export function createGraphqlServer(source: { db: Database; deployment: Deployment; now: () => number }) {
  const { db, deployment, now } = source;
  return createYoga<object, QueryContext>({
    schema,
    graphqlEndpoint: "/graphql",
    landingPage: false,
    // Ponder's server has set the headers already.
    cors: false,
    renderGraphiQL,
    graphiql: { title: "Assay", defaultQuery: "{ admitted { nodes { id name weight share validUntil } } }\n" },
    context: async () => ({ db, deployment, now, head: await readHead(db, deployment) }),
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
}
