import { describe, expect, test } from "vitest";
import { z } from "zod";
import { seatsOf } from "../../../domain/committee.ts";
import { cast, versionOf } from "../cast.ts";
import { accounts, stagePolicy } from "../Stage.ts";
import { amount, hex, nodes, time } from "../shapes.ts";
import { storedRound } from "../storedRound.ts";
import type { World } from "../World.ts";

const member = z.object({ place: z.number(), signer: hex });
const roundShape = z.object({
  number: amount,
  policyId: amount,
  suiteHash: hex,
  openedAt: time,
  closesAt: time,
  entropyBlock: amount,
  seed: hex,
  seatCount: z.number(),
  committees: z.array(z.object({ shard: z.number(), members: z.array(member) })),
  lotterySlots: z.number(),
  modelCount: amount,
  lotteryDraws: z.array(amount),
  participants: z.array(z.object({ place: z.number(), paid: z.boolean() })),
});

const roundsQuery = `{ rounds(first: 10) { nodes {
  number policyId suiteHash openedAt closesAt entropyBlock seed seatCount lotterySlots modelCount lotteryDraws(slot: 0)
  committees { shard members { place signer } } participants { place paid }
} } }`;

/** Rows of rounds, seats and policies, against the contracts' storage. */
export function describeFoldingRounds(world: World): void {
  describe("folding the events reproduces rounds, seats and standards", () => {
    test("behavior: rounds with their committees, lottery and participation", async () => {
      const { record } = world.stage;
      const { rounds } = await world.indexer.query(z.object({ rounds: nodes(roundShape) }), roundsQuery);
      expect(rounds).toHaveLength(7);
      for (const { number, ...round } of rounds) {
        const { stored, told } = await storedRound(world.stage, number);
        expect({ ...round, openedAt: Number(round.openedAt), entropyBlock: Number(round.entropyBlock) }).toMatchObject({
          ...told,
          seed: stored.seed,
          suiteHash: stagePolicy.suiteHash,
        });
        expect(round.closesAt).toBe(await record.read.closesAt([number]));
        expect(BigInt(round.committees.length)).toBe(await record.read.shardsOf([number]));
        const code = await world.stage.chain.getCode({ address: stored.seatsPointer });
        for (const { shard, members } of round.committees) {
          expect(members.map(({ place }) => place)).toEqual(
            seatsOf(await record.read.committeeOf([number, BigInt(shard)])),
          );
          for (const { place, signer } of members) {
            expect(`0x${code?.slice(4 + 40 * place, 44 + 40 * place)}`).toBe(signer.toLowerCase());
          }
        }
        const unpaid = round.participants.filter(({ paid }) => !paid).map(({ place }) => place);
        expect(unpaid).toEqual(seatsOf(BigInt(stored.participated)));
        for (const [attempt, drawn] of round.lotteryDraws.entries()) {
          expect(drawn).toBe(await record.read.lotteryDraw([number, 0n, BigInt(attempt)]));
        }
      }
      // The fund paid for five slots of the first round, and for none afterwards.
      expect(rounds.filter(({ lotterySlots }) => lotterySlots > 0).map(({ lotterySlots }) => lotterySlots)).toContain(
        5,
      );
    });

    test("behavior: batches, results and who was paid", async () => {
      const batch = z.object({ shard: z.number(), contested: z.boolean(), signers: z.array(member), relayer: hex });
      const shape = z.object({
        failing: z.object({
          resultCount: z.number(),
          batches: z.array(batch),
          results: nodes(
            z.object({
              failed: z.array(z.string()),
              model: z.object({ id: amount }),
              batch: z.object({ shard: z.number() }),
              correctedWord: amount.nullable(),
              dispute: z.object({ id: amount }).nullable(),
              freeze: z.object({ state: z.string() }).nullable(),
            }),
          ),
        }),
        paid: z.object({ participants: z.array(z.object({ place: z.number(), paid: z.boolean() })) }),
      });
      const { indexer, turns, stage } = world;
      const { failing, paid } = await indexer.query(
        shape,
        `query ($failing: BigInt!, $paid: BigInt!) {
          failing: round(number: $failing) {
            resultCount
            batches { shard contested relayer signers { place signer } }
            results { nodes { failed model { id } batch { shard } correctedWord dispute { id } freeze { state } } }
          }
          paid: round(number: $paid) { participants { place paid } }
        }`,
        { failing: `${turns.failingRound}`, paid: `${turns.paidRound}` },
      );
      expect(failing.resultCount).toBe(3);
      for (const { signers, relayer, contested } of failing.batches) {
        expect([signers.length, relayer, contested]).toEqual([2, stage.addressOf(accounts.other), false]);
      }
      const byModel = new Map(failing.results.map(({ model, ...result }) => [model.id, result]));
      expect(byModel.get(cast.anchor)).toMatchObject({ failed: [], dispute: null, freeze: null, correctedWord: null });
      expect(byModel.get(cast.wronged)).toMatchObject({
        failed: ["R"],
        dispute: { id: turns.disputes.wronged },
        freeze: { state: "restored" },
      });
      expect(byModel.get(cast.doubted)).toMatchObject({ failed: ["R"], correctedWord: 0n });
      const shard = await stage.record.read.shardOf([turns.failingRound, versionOf("wronged")]);
      expect(byModel.get(cast.wronged)?.batch.shard).toBe(Number(shard));
      expect(paid.participants.filter((participant) => participant.paid).map(({ place }) => place)).toEqual([0, 1]);
    });

    test("behavior: seats with their keys, hash chains and bonds", async () => {
      const seat = z.object({
        id: z.number(),
        owner: hex,
        signer: hex,
        linkHead: hex,
        seatedAt: time,
        leftAt: time,
        bond: z.object({ assets: amount, unbonding: amount, unlocksAt: time }),
        keys: z.array(z.object({ signer: hex })),
        links: z.array(z.object({ linkHead: hex })),
      });
      const { evaluators } = await world.indexer.query(
        z.object({ evaluators: nodes(seat) }),
        `{ evaluators { nodes {
          id owner signer linkHead seatedAt leftAt bond { assets unbonding unlocksAt } keys { signer } links { linkHead }
        } } }`,
      );
      const { standards, money } = world.stage;
      expect(BigInt(evaluators.length)).toBe(await standards.read.seatCount());
      for (const { id, keys, links, bond, ...seat } of evaluators) {
        expect({ ...seat, seatedAt: Number(seat.seatedAt), leftAt: Number(seat.leftAt) }).toEqual(
          await standards.read.seat([BigInt(id)]),
        );
        expect({ ...bond, unlocksAt: Number(bond.unlocksAt) }).toEqual(await money.read.seatBondOf([BigInt(id)]));
        expect(keys.map(({ signer }) => signer)).toContain(seat.signer);
        for (const { signer } of keys) expect(await standards.read.seatOfSigner([signer])).toBe(BigInt(id) + 1n);
        expect(links[0]?.linkHead).toBe(seat.linkHead);
      }
      expect(evaluators.map(({ keys, links }) => [keys.length, links.length])).toEqual(
        accounts.evaluators.map((_, seatId) => [seatId === 0 ? 2 : 1, seatId === 1 ? 2 : 1]),
      );
      expect(evaluators.filter(({ leftAt }) => leftAt > 0n).map(({ id }) => BigInt(id))).toEqual([
        world.turns.leftSeat,
      ]);
    });

    test("behavior: standards in force, announced and taken back, with what they change", async () => {
      const policy = z.object({
        id: amount,
        status: z.string(),
        inForceFrom: time,
        tightening: z.array(z.string()),
        loosening: z.array(z.string()),
      });
      const fields = "id status inForceFrom tightening loosening";
      const { policies, current, pending } = await world.indexer.query(
        z.object({ policies: nodes(policy), current: policy, pending: policy }),
        `{ policies { nodes { ${fields} } } current: policy { ${fields} } pending: pendingPolicy { ${fields} } }`,
      );
      const { standards } = world.stage;
      expect(current.id).toBe(await standards.read.currentPolicyId());
      expect([pending.id, pending.inForceFrom]).toEqual(await standards.read.pendingPolicy());
      expect(policies.map(({ id, status }) => [id, status])).toEqual([
        [3n, "announced"],
        [2n, "withdrawn"],
        [1n, "inForce"],
      ]);
      expect(policies[0]).toMatchObject({ tightening: [], loosening: ["massMin"] });
      expect(policies[1]).toMatchObject({ tightening: ["bondMin"], loosening: ["massMin"] });
    });

    test("behavior: who can change what", async () => {
      const shape = z.object({
        board: z.object({ owner: hex, guardian: hex, paused: z.boolean(), pausedUntil: time }),
      });
      const { board } = await world.indexer.query(shape, "{ board { owner guardian paused pausedUntil } }");
      const { standards } = world.stage;
      expect(board).toEqual({
        owner: await standards.read.owner(),
        guardian: await standards.read.guardian(),
        paused: false,
        pausedUntil: 0n,
      });
    });
  });
}
