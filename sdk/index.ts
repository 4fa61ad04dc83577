export { assayAbi } from "./abi/assay.ts";
export { assayLensAbi } from "./abi/assayLens.ts";
export { assayVaultAbi } from "./abi/assayVault.ts";
export { courtAbi } from "./abi/court.ts";
export { inspectorAbi } from "./abi/inspector.ts";
export { policyBoardAbi } from "./abi/policyBoard.ts";
export { decodeError, revertName } from "./decodeError.ts";
export { type Deployment, InvalidDeploymentError, parseDeployment } from "./deployment.ts";
export { policyArgument } from "./policyArgument.ts";
