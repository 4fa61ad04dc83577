import * as honest from "../../../oracle/node/boardClient.ts";

/** Lets commitments through and nothing else. */
export const createBoardClient: typeof honest.createBoardClient = (...parts) => {
  const client = honest.createBoardClient(...parts);
  return {
    ...client,
    attempt: (work) =>
      client.attempt((door) =>
        work({ ...door, post: async (message) => (message.kind === "commitment" ? door.post(message) : "taken") }),
      ),
  };
};
