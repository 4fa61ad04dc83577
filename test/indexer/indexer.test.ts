import { afterAll, beforeAll } from "vitest";
import { describeAdmission } from "./cases/admission.ts";
import { describeChainGoingOn } from "./cases/chainGoesOn.ts";
import { describeFolding } from "./cases/folding.ts";
import { describeFoldingDisputes } from "./cases/foldingDisputes.ts";
import { describeFoldingRounds } from "./cases/foldingRounds.ts";
import { describeLimits } from "./cases/limits.ts";
import { describePages } from "./cases/pages.ts";
import { describeRouting } from "./cases/routing.ts";
import { World } from "./World.ts";

// A real chain and a real indexer process are dear: all cases share one, in this order.
const world = new World();
beforeAll(() => world.open(), 240_000);
afterAll(() => world.close(), 240_000);

describeAdmission(world);
describeFolding(world);
describeFoldingRounds(world);
describeFoldingDisputes(world);
describeRouting(world);
describePages(world);
describeLimits(world);
describeChainGoingOn(world);
