import * as honest from "../../../oracle/node/ownMessages.ts";
import { shiftScores } from "./shiftScores.ts";

/** What is added to every measured rate before it is signed (bps). */
const lieBps = BigInt(process.env.ASSAY_TEST_LIE_BPS ?? 0);

/** Signs other rates than were measured, and is consistent about it. */
export const createOwnMessages: typeof honest.createOwnMessages = (...parts) => {
  const own = honest.createOwnMessages(...parts);
  return {
    ...own,
    signReport: (report, seed) => own.signReport({ ...report, word: shiftScores(report.word, lieBps) }, seed),
  };
};
