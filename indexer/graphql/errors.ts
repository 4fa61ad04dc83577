import { GraphQLError } from "graphql";

/** Stable codes a client may branch on; each comes with one line in words. */
export type ErrorCode =
  | "BAD_INPUT"
  | "BAD_CURSOR"
  | "BAD_PAGE_SIZE"
  | "NOT_FOUND"
  | "VERSION_SUPERSEDED"
  | "AT_BEFORE_LAST_CHANGE"
  | "NOT_INDEXED_YET"
  | "TOO_MANY_MODELS"
  | "QUERY_TOO_DEEP"
  | "TOO_MANY_ALIASES"
  | "TOO_MANY_TOKENS"
  | "QUERY_TOO_COSTLY"
  | "QUERY_INVALID"
  | "INTERNAL";

/** An error the asker can do something about. */
export class QueryError extends GraphQLError {
  constructor(code: ErrorCode, message: string) {
    super(message, { extensions: { code } });
  }
}
