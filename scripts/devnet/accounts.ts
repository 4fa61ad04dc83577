import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** Hardhat's public test mnemonic. Its accounts are rich on a local chain and worthless anywhere else. */
const mnemonic = "test test test test test test test test test test test junk";

export const devAccount = (addressIndex: number): HDAccount => mnemonicToAccount(mnemonic, { addressIndex });

/** Who is who on the devnet, by index below the mnemonic. */
export const roles = {
  deployer: 0,
  /** Reference model i belongs to account `firstDeveloper + i`. */
  firstDeveloper: 1,
  delegator: 9,
  /** Evaluator i signs and relays as account `firstEvaluator + i`. */
  firstEvaluator: 10,
} as const;
