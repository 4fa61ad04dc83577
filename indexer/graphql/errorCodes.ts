import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";

const oneLine = (message: string) => message.replaceAll(/\s*\n\s*/g, " ");

/** Yoga's and graphql-js' own codes, and none at all, in our words. */
function codeOf({ extensions, originalError }: GraphQLError): unknown {
  const { code } = extensions;
  if (code === "INTERNAL_SERVER_ERROR") return "INTERNAL";
  const isForeign = code === undefined || code === "GRAPHQL_PARSE_FAILED" || code === "GRAPHQL_VALIDATION_FAILED";
  if (!isForeign) return code;
  return originalError instanceof GraphQLError ? codeOf(originalError) : "QUERY_INVALID";
}

/** Gives every error of an answer a stable `extensions.code` and one line. Answers come one by one: batching is off. */
export const errorCodes: Plugin = {
  onResultProcess({ result }) {
    if (Array.isArray(result) || !("errors" in result)) return;
    for (const error of result.errors ?? []) {
      if (!(error instanceof GraphQLError)) continue;
      error.extensions.code = codeOf(error);
      error.message = oneLine(error.message);
    }
  },
};
