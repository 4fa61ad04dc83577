/** `npm run build`: the contracts as they are deployed (optimised through the IR), where `assay deploy` looks for them. */
import { productionBuild } from "./productionBuild.ts";

await productionBuild();
process.exit();
