import { getAddress } from "viem";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { disputeOutcomes, disputeStages } from "../../../domain/dispute.ts";
import { cast, versionOf } from "../cast.ts";
import { freezeFields, freezeHash, freezeShape } from "../freezeShape.ts";
import { accounts, token } from "../Stage.ts";
import { amount, hex, nodes, time } from "../shapes.ts";
import type { World } from "../World.ts";

const member = z.object({ place: z.number(), signer: hex });
const disputeShape = z.object({
  id: amount,
  level: z.number(),
  word: amount,
  newWord: amount,
  policyPointer: hex,
  roundId: amount,
  deadline: time,
  stage: z.enum(disputeStages),
  verdict: z.enum(disputeOutcomes),
  ruling: z.enum(disputeOutcomes),
  outcome: z.enum(disputeOutcomes),
  outcomeWord: amount,
  stakeRestored: z.boolean(),
  executable: z.boolean(),
  appellant: hex,
  arbitrationAppellant: hex.nullable(),
  arbitrator: hex.nullable(),
  committee: z.array(member),
  signers: z.array(member),
  unpaid: z.array(member),
  version: z.object({ id: hex, overturns: z.array(z.object({ roundId: amount, newWord: amount })) }),
});

const disputesQuery = `{ disputes(open: false) { nodes {
  id level word newWord policyPointer roundId deadline stage verdict ruling outcome outcomeWord stakeRestored executable
  appellant arbitrationAppellant arbitrator committee { place signer } signers { place signer } unpaid { place signer }
  version { id overturns { roundId newWord } }
} } }`;

const bitmapOf = (members: readonly z.infer<typeof member>[]) =>
  members.reduce((bitmap, { place }) => bitmap | (1n << BigInt(place)), 0n);

const noAddress = `0x${"00".repeat(20)}`;

/** Rows of freezes, disputes, funds, and what evaluators were found to have done, against the contracts' storage. */
export function describeFoldingDisputes(world: World): void {
  describe("folding the events reproduces freezes, disputes and funds", () => {
    test("behavior: open freezes are the records that the vault keeps, the others are none", async () => {
      const shape = z.object({ open: nodes(freezeShape), over: nodes(freezeShape) });
      const { open, over } = await world.indexer.query(
        shape,
        `{ open: freezes(open: true) { nodes { ${freezeFields} } } over: freezes(open: false) { nodes { ${freezeFields} } } }`,
      );
      const kept = ({ versionId, roundId }: z.infer<typeof freezeShape>) =>
        world.stage.money.read.freezeHashOf([versionId, roundId]);
      for (const record of open) expect(await kept(record)).toBe(freezeHash(record));
      for (const record of over) expect(BigInt(await kept(record))).toBe(0n);
      expect(open.map(({ modelId }) => modelId)).toEqual([cast.renewed, cast.faller]);
      expect(new Set(over.map(({ modelId }) => modelId))).toEqual(
        new Set([cast.wronged, cast.doubted, cast.slandered]),
      );
    });

    test("behavior: one freeze by its id, and what was given back", async () => {
      const id = `${versionOf("wronged")}-${world.turns.failingRound}`;
      const shape = z.object({
        freeze: z.object({
          id: z.string(),
          state: z.string(),
          fromBond: amount,
          fromDelegations: amount,
          toBond: amount,
          toDelegations: amount,
          dispute: z.object({ id: amount }),
        }),
      });
      const fields = "id state fromBond fromDelegations toBond toDelegations dispute { id }";
      const { freeze } = await world.indexer.query(shape, `{ freeze(id: "${id}") { ${fields} } }`);
      expect(freeze).toMatchObject({ id, state: "restored", dispute: { id: world.turns.disputes.wronged } });
      expect([freeze.toBond, freeze.toDelegations]).toEqual([freeze.fromBond, freeze.fromDelegations]);
      expect(freeze.fromDelegations).toBeGreaterThan(0n);
    });

    test("behavior: disputes up to their ends", async () => {
      const { disputes } = await world.indexer.query(z.object({ disputes: nodes(disputeShape) }), disputesQuery);
      for (const { id, version, committee, unpaid, ...dispute } of disputes) {
        const stored = await world.stage.disputes.read.dispute([id]);
        expect({
          ...dispute,
          stage: disputeStages.indexOf(dispute.stage),
          verdict: disputeOutcomes.indexOf(dispute.verdict),
          ruling: disputeOutcomes.indexOf(dispute.ruling),
          roundId: Number(dispute.roundId),
          deadline: Number(dispute.deadline),
          arbitrationAppellant: dispute.arbitrationAppellant ?? noAddress,
        }).toMatchObject({
          word: stored.word,
          newWord: stored.newWord,
          policyPointer: stored.policyPointer,
          roundId: stored.roundId,
          deadline: stored.deadline,
          stage: stored.stage,
          verdict: stored.verdict,
          ruling: stored.ruling,
          appellant: stored.appellant,
          arbitrationAppellant: stored.arbitrationAppellant,
        });
        expect([version.id, bitmapOf(committee)]).toEqual([stored.versionId, stored.committee]);
        expect(dispute.signers).toEqual(committee);
        expect(bitmapOf(unpaid)).toBe(await world.stage.disputes.read.unpaidOf([id]));
        const correction = await world.stage.disputes.read.correctionOf([version.id, dispute.roundId]);
        expect(correction).toEqual({ word: dispute.word, newWord: dispute.outcomeWord });
        expect(version.overturns).toEqual([{ roundId: dispute.roundId, newWord: dispute.outcomeWord }]);
      }
      const [doubted, wronged] = disputes;
      expect(wronged).toMatchObject({ level: 2, verdict: "overturned", outcome: "overturned", stakeRestored: true });
      expect(wronged?.outcomeWord).toBe(wronged?.newWord);
      expect(wronged?.unpaid).toEqual(wronged?.signers);
      expect(doubted?.unpaid).toEqual(doubted?.signers.slice(1));
      expect(doubted).toMatchObject({ level: 3, verdict: "confirmed", ruling: "overturned", outcomeWord: 0n });
      expect(doubted?.arbitrator).toBe(getAddress(world.stage.arbitrator));
    });

    test("behavior: what evaluators were found to have done", async () => {
      const shape = z.object({
        slashes: nodes(
          z.object({
            fault: z.string(),
            shareBps: z.number(),
            assets: amount,
            evaluator: z.object({ id: z.number() }),
          }),
        ),
        challenges: nodes(z.object({ state: z.string(), answerBy: time, versionId: hex, challenger: hex })),
      });
      const { slashes, challenges } = await world.indexer.query(
        shape,
        "{ slashes { nodes { fault shareBps assets evaluator { id } } } challenges { nodes { state answerBy versionId challenger } } }",
      );
      const found = slashes.map(({ fault, shareBps }) => [fault, shareBps]);
      expect(found).toEqual([
        ["equivocation", 10_000],
        ["unavailable", 500],
        ["wrongMedian", 5_000],
        ["wrongMedian", 5_000],
      ]);
      expect(challenges).toEqual([
        {
          state: "upheld",
          answerBy: expect.any(BigInt),
          versionId: versionOf("wronged"),
          challenger: world.stage.addressOf(accounts.other),
        },
      ]);
    });

    test("behavior: the vault's funds, and that all tokens it holds are somebody's", async () => {
      const stake = z.object({ bond: amount, delegated: amount, unbondingAssets: amount });
      const frozen = z.object({ fromBond: amount, fromDelegations: amount, fromUnbonding: amount });
      const shape = z.object({
        treasury: z.object({
          commonsFund: amount,
          evaluationFund: amount,
          depositsHeld: amount,
          bucket: z.object({ level: amount, updatedAt: time }),
        }),
        models: nodes(z.object({ stake, feeStream: z.object({ amount }).nullable() })),
        freezes: nodes(frozen),
        evaluators: nodes(z.object({ bond: z.object({ assets: amount }) })),
      });
      const { treasury, models, freezes, evaluators } = await world.indexer.query(
        shape,
        `{
          treasury { commonsFund evaluationFund depositsHeld bucket { level updatedAt } }
          models { nodes { stake { bond delegated unbondingAssets } feeStream { amount } } }
          freezes(open: true) { nodes { fromBond fromDelegations fromUnbonding } }
          evaluators { nodes { bond { assets } } }
        }`,
      );
      const { money, deployment } = world.stage;
      const { bucket, ...funds } = treasury;
      expect(funds).toEqual({
        commonsFund: await money.read.commonsFund(),
        evaluationFund: await money.read.evaluationFund(),
        depositsHeld: await money.read.depositsHeld(),
      });
      expect([bucket.level, bucket.updatedAt]).toEqual(await money.read.bucket());
      const parts = [
        ...Object.values(funds),
        ...models.flatMap(({ stake, feeStream }) => [...Object.values(stake), feeStream?.amount ?? 0n]),
        ...freezes.flatMap((record) => Object.values(record)),
        ...evaluators.map(({ bond }) => bond.assets),
      ];
      const held = await world.stage.tokensOf(deployment.vault);
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(held);
    });

    test("behavior: what accounts hold, wait for, earned and did", async () => {
      const unbonding = z.object({ kind: z.string(), assets: amount, unlocksAt: time });
      const account = z.object({
        bonds: z.object({ totalCount: z.number() }),
        unbonding: z.array(unbonding),
        seats: nodes(z.object({ id: z.number() })),
        rewards: nodes(z.object({ roundId: amount, assets: amount })),
        depositOwed: amount,
        history: nodes(z.object({ contract: z.string(), kind: z.string() })),
      });
      const fields = `bonds { totalCount } unbonding { kind assets unlocksAt } seats { nodes { id } }
        rewards { nodes { roundId assets } } depositOwed history(first: 50) { nodes { contract kind } }`;
      const of = async (index: number) => {
        const query = `query ($address: Address!) { account(address: $address) { ${fields} } }`;
        const address = world.stage.addressOf(index);
        return (await world.indexer.query(z.object({ account }), query, { address })).account;
      };
      const leaver = accounts.evaluators[Number(world.turns.leftSeat)] ?? 0;
      const { assets, unlocksAt } = await world.stage.money.read.seatBondOf([world.turns.leftSeat]);
      expect((await of(leaver)).unbonding).toEqual([{ kind: "seat", assets, unlocksAt: BigInt(unlocksAt) }]);
      const second = await of(accounts.second);
      expect(second.unbonding).toMatchObject([{ kind: "delegation" }]);
      expect(second.history.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["Delegated", "UsagePaid", "UnbondRequested", "AppealedToArbitrator", "DepositSettled"]),
      );
      const other = await of(accounts.other);
      expect(other.seats.map(({ id }) => id)).toContain(2);
      expect(other.history).toEqual(
        expect.arrayContaining([
          { contract: "Assay", kind: "Transfer" },
          { contract: "AssayVault", kind: "Transfer" },
          { contract: "AssayVault", kind: "BondWithdrawn" },
        ]),
      );
      expect((await of(accounts.owner)).bonds.totalCount).toBe(Object.keys(cast).length - 1);
      const claims = await Promise.all([...accounts.evaluators, accounts.other].map(of));
      const rewards = claims.flatMap(({ rewards }) => rewards);
      expect(rewards).toEqual([1, 2].map(() => ({ roundId: world.turns.paidRound, assets: 2n * token })));
      expect(claims.every(({ depositOwed }) => depositOwed === 0n)).toBe(true);
    });
  });
}
