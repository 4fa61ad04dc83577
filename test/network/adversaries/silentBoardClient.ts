import * as honest from "../../../oracle/node/boardClient.ts";

/** Lets commitments through and nothing else. */
export const createBoardClient: typeof honest.createBoardClient = (...parts) => {
  const client = honest.createBoardClient(...parts);
  return {
    ...client,
    publish: async (message) => {
      if (message.kind === "commitment") await client.publish(message);
    },
  };
};
