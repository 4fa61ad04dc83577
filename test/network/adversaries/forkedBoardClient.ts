import type { Message } from "../../../oracle/messages/message.ts";
import * as honest from "../../../oracle/node/boardClient.ts";
import { forks } from "./forks.ts";

let boards = 0;

/** Tells the first board one thing and every other one something else; what it said there it does not want to hear again. */
export const createBoardClient: typeof honest.createBoardClient = (...parts) => {
  const client = honest.createBoardClient(...parts);
  boards += 1;
  const isFirst = boards === 1;
  const isFork = ({ signature }: Message): boolean => [...forks.values()].some((fork) => fork.signature === signature);
  const without = (messages: readonly Message[]): Message[] => messages.filter((message) => !isFork(message));
  return {
    ...client,
    attempt: (work) =>
      client.attempt((door) =>
        work({
          post: (message) => door.post((isFirst ? undefined : forks.get(message.signature)) ?? message),
          page: async (...where) => {
            const page = await door.page(...where);
            return { ...page, messages: without(page.messages) };
          },
          equivocations: async (roundId) => without(await door.equivocations(roundId)),
        }),
      ),
  };
};
