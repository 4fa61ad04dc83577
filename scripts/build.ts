/** `npm run build`: the contracts as they are deployed (optimised through the IR). */
import hre from "hardhat";

await hre.tasks.getTask("build").run({ buildProfile: "production", noTests: true, force: false });
