/** An evaluator's node that reports other rates than it measured (see lyingOwnMessages.ts). Arguments are the node's. */
import { replaceModule } from "../replaceModule.ts";

replaceModule("oracle/node/ownMessages.ts", "test/network/adversaries/lyingOwnMessages.ts");
await import("../../../oracle/main.ts");
