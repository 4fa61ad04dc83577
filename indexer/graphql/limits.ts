import { maxAliasesPlugin } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthPlugin } from "@escape.tech/graphql-armor-max-depth";
import { maxTokensPlugin } from "@escape.tech/graphql-armor-max-tokens";
import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { maxAliases, maxDepth, maxTokens } from "./bounds.ts";
import { type ErrorCode, QueryError } from "./errors.ts";

/** Armor's rejection in our words: its own has no code and calls itself a syntax error. */
function refusal(code: ErrorCode, advice: string) {
  const onReject = (_: unknown, error: GraphQLError): never => {
    const what = error.message.replace("Syntax Error: ", "").replace(/\.$/, "");
    throw new QueryError(code, `${what}: ${advice}`);
  };
  return [onReject];
}

/** Bounds of a query's text, checked before anything is read. The cost is checked by the builder, which knows page sizes. */
export const limitPlugins: Plugin[] = [
  maxTokensPlugin({ n: maxTokens, onReject: refusal("TOO_MANY_TOKENS", "split the query") }),
  maxDepthPlugin({
    n: maxDepth,
    flattenFragments: true,
    ignoreIntrospection: true,
    onReject: refusal("QUERY_TOO_DEEP", "ask for less nesting"),
  }),
  maxAliasesPlugin({ n: maxAliases, onReject: refusal("TOO_MANY_ALIASES", "split the query") }),
];
