export interface Peer {
  readonly name: string;
  readonly gas: number;
}

export interface Goal {
  readonly goal: number;
  readonly peer: Peer | null;
}

/**
 * Goals (a table of docs/protocol.md beside what was measured), and the best figure of others, measured or published, for the nearest operation.
 *
 * Where a goal is not met, the floor (the transaction, its calldata, cold accounts and slots, slots written, events, precompiles: all but
 * computing) and what was tried:
 * - newVersion: floor 57,300, of which 21,000 the transaction, 22,100 the new memory, 7,100 the current version and the one before it, 3,000
 *   the event. Computing is 3,300; a word of calldata for the parent and the log's flag put it above the goal.
 * - requestUnbond: floor 44,900, above the goal: bond, both pools and the position are four slots (17,100), and ERC-6909 asks for a second
 *   event when shares leave (2,400). Computing is 3,500. One pool, with the amount fixed at the request, would save a slot (5,000), and the next loss would
 *   have to find every request (docs/decisions/0013).
 * - post1: floor 78,700, of which 21,000 the transaction, 9,900 calldata, 21,700 seven ecrecovers, 5,200 code accounts of policy and seats,
 *   14,500 slots, 5,500 two events. Computing fell from 31,500 to 26,100 (one policy in memory instead of two, rates and drops lane by lane);
 *   what is left is drawing the committee, reading the policy, seven families.
 * - post32PerResult: floor 10,700: 5,000 the memory's slot, 2,650 the event, 1,050 calldata, 2,000 the batch's fixed part. Computing fell from
 *   12,000 to 8,800 by working on lanes; the admission test of seven families is 1,900 of that, packing and unpacking 600. A table of bars
 *   made once a batch would save some 900 in large batches, cost 500 in small ones, and does not fit: the record has 20 bytes left in the
 *   profile that tests use.
 * - freezeExtra: floor 111,000. Three slots are made: the freeze's record, the log by which the result can be overturned, and what the
 *   model lost in this loss epoch (22,100 each, the last one only once a model). Bond, pool and bucket are changed (15,000), the
 *   vault, the board's pause and the vault's balance are asked for (12,000), three events (10,700). Computing is 33,000. Making the last slot with the first bond would move
 *   17,100 there from the first freeze: every model would pay, now, for what the few that fail pay once. Not taken.
 * - isAdmitted: floor 19,500: four cold accounts (Assay, board, policy, vault) and four cold slots are 18,800. Nobody stores "admitted",
 *   so standards, evidence, bond and pause are each asked where they are. Computing is 9,900. A copy of the bond in Assay would save 5,200 here and cost 7,600 in every deposit, request, withdrawal and
 *   freeze; a stored answer would be wrong as soon as time has passed.
 *
 * postDearest is to fit a transaction (EIP-7825): the largest batch, of a committee of 15, in which everything fails, freezes and is carried.
 *
 * setLane has no goal: 22,100 of it are the slot that remembers in which epoch a model left the standard lane, once a model. Without it a result
 * that was held back would settle the leaving.
 *
 * Four times as many optimizer runs change none of these by 1 %; with a hundred times as many, Assay and vault exceed their limit.
 */
export const goals: Readonly<Record<string, Goal>> = {
  register: { goal: 145_000, peer: { name: "ERC-8004 register", gas: 200_000 } },
  newVersion: { goal: 60_000, peer: null },
  firstBond: { goal: 130_000, peer: { name: "Morpho Blue first supply", gas: 115_000 } },
  delegate: { goal: 85_000, peer: { name: "Morpho Blue supply, new position", gas: 81_000 } },
  stakeMore: { goal: 62_000, peer: { name: "Morpho Blue supply", gas: 64_000 } },
  requestUnbond: { goal: 42_000, peer: { name: "OpenLedger unstake request", gas: 202_000 } },
  withdraw: { goal: 58_000, peer: { name: "Morpho Blue withdraw", gas: 65_000 } },
  post1: { goal: 95_000, peer: { name: "OCR3 verify only, 5 signers", gas: 60_000 } },
  post32PerResult: { goal: 16_000, peer: { name: "ERC-8004 request and response, one validator", gas: 309_000 } },
  freezeExtra: { goal: 25_000, peer: { name: "Symbiotic slash", gas: 271_000 } },
  isAdmitted: { goal: 12_000, peer: { name: "ERC-8004 getSummary of 2 validations", gas: 24_500 } },
  postDearest: { goal: 2 ** 24, peer: null },
};
