import { boardLimitsSchema } from "../../oracle/board/boardLimits.ts";

/** A board's limits for tests in which everybody has one address, and speaks as fast as the machine can. */
export const roomyLimits = {
  ...boardLimitsSchema.parse({}),
  messagesPerSecond: 2_000,
  postsPerSecond: 2_000,
  readsPerSecond: 2_000,
};
