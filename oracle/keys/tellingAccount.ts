import type { Logger } from "pino";
import type { LocalAccount } from "viem";
import { toAccount } from "viem/accounts";

/** A signing key that tells when it does not sign. */
export interface TellingAccount {
  readonly account: LocalAccount;
  /** Why the last signature was not made, in one line; undefined when it was. */
  failure(): string | undefined;
}

/**
 * Statements are signed in the background, again and again until it works, and nobody waits for them: what goes wrong is told here, once
 * until it works again or goes wrong otherwise.
 */
export function tellFailures(account: LocalAccount, log: Logger): TellingAccount {
  let failure: string | undefined;

  const note = (error: unknown): void => {
    const reason = (error instanceof Error ? error.message : `${error}`).split("\n")[0] ?? "";
    if (reason !== failure) log.error({ signer: account.address, reason }, "signing fails; tried again on every pass");
    failure = reason;
  };

  return {
    account: toAccount({
      ...account,
      async signTypedData(typedData) {
        try {
          const signature = await account.signTypedData(typedData);
          if (failure !== undefined) log.info({ signer: account.address }, "signing works again");
          failure = undefined;
          return signature;
        } catch (error) {
          note(error);
          throw error;
        }
      },
    }),
    failure: () => failure,
  };
}
