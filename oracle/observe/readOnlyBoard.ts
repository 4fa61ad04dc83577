import type { BoardClient } from "../node/boardClient.ts";

/** A board that is only read: what others would be brought to it (messages that it does not show) counts as brought. */
export const readOnlyBoard = (board: BoardClient): BoardClient => ({
  ...board,
  attempt: (work) => board.attempt((door) => work({ ...door, post: async () => "taken" })),
});
