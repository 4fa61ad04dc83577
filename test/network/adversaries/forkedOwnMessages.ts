import { reportDigest, type UnsignedMessage } from "../../../oracle/messages/messageDigest.ts";
import { signMessage } from "../../../oracle/messages/signMessage.ts";
import * as honest from "../../../oracle/node/ownMessages.ts";
import { forks } from "./forks.ts";
import { shiftScores } from "./shiftScores.ts";

const forkBps = -2_000n;

/** Signs a second report, and a second commitment to it, behind the signing history's back. */
export const createOwnMessages: typeof honest.createOwnMessages = (database, domain, account) => {
  const own = honest.createOwnMessages(database, domain, account);
  const sign = async <T extends UnsignedMessage>(message: T) => ({
    ...message,
    signature: await signMessage(account, domain, message),
  });
  return {
    ...own,
    async signReport(unsigned, seed) {
      const said = await own.signReport(unsigned, seed);
      const report = { ...unsigned, word: shiftScores(unsigned.word, forkBps) };
      const { signature: _, ...commitment } = said.commitment;
      forks.set(said.report.signature, await sign(report));
      forks.set(said.commitment.signature, await sign({ ...commitment, reportDigest: reportDigest(domain, report) }));
      return said;
    },
  };
};
