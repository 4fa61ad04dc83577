export interface Peer {
  readonly name: string;
  readonly gas: number;
}

export interface Goal {
  readonly goal: number;
  readonly peer: Peer | null;
}

/** Goals, and the best figure of others, measured or published, for the nearest operation. */
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
};
