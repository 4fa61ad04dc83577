import { stringToHex } from "viem";
import { z } from "zod";
import {
  committeesOf,
  memberCount,
  placesOf,
  seatsOf,
  shardCount,
  shardOf,
  signersNeeded,
  signersNeededToFail,
} from "../../../domain/committee.ts";
import { lotteryDraw, lotterySlots } from "../../../domain/lottery.ts";
import { chainFrom, draw, probeSeed, roundSeed } from "../../../domain/seed.ts";
import { hex32 } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

const address = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{40}$/)]);
const labels = ["", "a", "R/item", "shuffle", "phrasing", "salt·ü", "exactly thirty-two bytes long !!"];

/** Members of all committees of a round together, at most (PolicyBounds.sol). */
const membersMax = 48;

/** Committees, shards, lottery, seeds, draws and hash chains. */
export const chanceRules = [
  defineRule({
    name: "committee",
    solidity: "committeesOf",
    schema: z.strictObject({
      seed: hex32,
      versionId: hex32,
      seatCount: integer,
      committeeSize: integer,
      quorum: integer,
      shards: integer,
      signers: integer,
    }),
    twin: ({ seed, versionId, seatCount, signers, ...policy }) => {
      const members = memberCount(seatCount, policy);
      const committees = committeesOf(seed, seatCount, policy);
      const shard = shardOf(versionId, seed, shardCount(seatCount, policy));
      const committee = committees[Number(shard)] ?? 0n;
      return {
        members,
        signersNeeded: signersNeeded(members, policy),
        signersNeededToFail: signersNeededToFail(members, policy),
        shards: shardCount(seatCount, policy),
        shard,
        places: placesOf(signers & committee, committee, shard, policy),
        firstSeat: BigInt(seatsOf(committee)[0] ?? 0),
        committees: Array.from({ length: membersMax }, (_, place) => committees[place] ?? 0n),
      };
    },
    toStruct: (input) => input,
    random: (random) => {
      const committeeSize = random.between(1n, 15n);
      return {
        seed: random.hex(32),
        versionId: random.hex(32),
        seatCount: random.chance(2) ? random.between(0n, 40n) : random.between(0n, 255n),
        committeeSize,
        quorum: random.between(1n, committeeSize),
        shards: random.between(1n, BigInt(membersMax) / committeeSize),
        signers: random.bits(256),
      };
    },
    batchSize: 50,
  }),
  defineRule({
    name: "lottery",
    solidity: "lotteryDraw",
    schema: z.strictObject({
      seed: hex32,
      slots: integer,
      lotteryBps: integer,
      slot: integer,
      attempt: integer,
      modelCount: integer,
    }),
    twin: ({ seed, slot, attempt, modelCount, ...policy }) => ({
      slots: lotterySlots(policy),
      modelId: lotteryDraw(seed, slot, attempt, modelCount),
    }),
    toStruct: (input) => input,
    random: (random) => ({
      seed: random.hex(32),
      slots: random.between(1n, 192n),
      lotteryBps: random.between(2_000n, 10_000n),
      slot: random.between(0n, 191n),
      attempt: random.between(0n, 7n),
      modelCount: random.between(1n, (1n << 32n) - 1n),
    }),
  }),
  defineRule({
    name: "round-seed",
    solidity: "roundSeed",
    schema: z.strictObject({ entropy: hex32, roundId: integer }),
    twin: ({ entropy, roundId }) => ({ seed: roundSeed(entropy, roundId) }),
    toStruct: ({ entropy, roundId }) => ({ first: entropy, second: roundId }),
    random: (random) => ({ entropy: random.hex(32), roundId: random.between(0n, (1n << 24n) - 1n) }),
  }),
  defineRule({
    name: "probe-seed",
    solidity: "probeSeed",
    schema: z.strictObject({
      chainId: integer,
      contract: address,
      roundId: integer,
      versionId: hex32,
      suiteHash: hex32,
      roundSeed: hex32,
      evaluator: address,
      link: hex32,
    }),
    twin: (context) => ({ seed: probeSeed(context) }),
    toStruct: ({ contract, ...context }) => ({ ...context, assay: contract }),
    random: (random) => ({
      chainId: random.between(1n, 1n << 53n),
      contract: random.hex(20),
      roundId: random.between(1n, (1n << 24n) - 1n),
      versionId: random.hex(32),
      suiteHash: random.hex(32),
      roundSeed: random.hex(32),
      evaluator: random.hex(20),
      link: random.hex(32),
    }),
  }),
  defineRule({
    name: "draw",
    solidity: "draw",
    schema: z.strictObject({ seed: hex32, label: z.string(), i: integer }),
    twin: ({ seed, label, i }) => ({ drawn: draw(seed, label, i) }),
    toStruct: ({ seed, label, i }) => ({
      seed,
      label: stringToHex(label, { size: 32 }),
      length: BigInt(new TextEncoder().encode(label).length),
      i,
    }),
    random: (random) => ({
      seed: random.hex(32),
      label: random.pick(labels),
      i: random.between(0n, (1n << 256n) - 1n),
    }),
  }),
  defineRule({
    name: "chain",
    solidity: "chainFrom",
    schema: z.strictObject({ link: hex32, steps: integer }),
    twin: ({ link, steps }) => ({ head: chainFrom(link, steps) }),
    toStruct: ({ link, steps }) => ({ first: link, second: steps }),
    random: (random) => ({ link: random.hex(32), steps: random.between(0n, 16n) }),
  }),
];
