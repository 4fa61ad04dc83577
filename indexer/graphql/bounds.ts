/** Items of a page when the query does not say, and at most. */
export const defaultPageSize = 20;
export const maxPageSize = 100;

/** Bounds of one query. */
export const maxDepth = 8;
export const maxAliases = 15;
export const maxTokens = 1_000;
/** One a field, times the page sizes above it. */
export const maxCost = 5_000;
/** Cost of a list for which every model's admission is computed. */
export const computedListCost = 500;
/** Bytes of a request's body. */
export const maxBodyBytes = 64 * 1_024;

/** Models over which state and weight are computed in one pass (a few hundredths of a millisecond each). */
export const maxComputedModels = 10_000;
