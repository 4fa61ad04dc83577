/** An evaluator's node that commits to its reports and never says another word (see silentBoardClient.ts). Arguments are the node's. */
import { replaceModule } from "../replaceModule.ts";

replaceModule("oracle/node/boardClient.ts", "test/network/adversaries/silentBoardClient.ts");
await import("../../../oracle/main.ts");
