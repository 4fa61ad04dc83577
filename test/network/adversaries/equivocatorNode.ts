/**
 * An evaluator's node that says one thing on its first board and another one on all others, with a key that no journal
 * guards (see forkedOwnMessages.ts, forkedBoardClient.ts and unguardedAccount.ts). Arguments are the node's.
 */
import { replaceModule } from "../replaceModule.ts";

replaceModule("oracle/history/guardAccount.ts", "test/network/adversaries/unguardedAccount.ts");
replaceModule("oracle/node/ownMessages.ts", "test/network/adversaries/forkedOwnMessages.ts");
replaceModule("oracle/node/boardClient.ts", "test/network/adversaries/forkedBoardClient.ts");
await import("../../../oracle/main.ts");
