import { stringToHex } from "viem";
import { z } from "zod";
import { committeeOf, memberCount, signersNeeded, signersNeededToFail } from "../../../domain/committee.ts";
import { chainFrom, draw, probeSeed, roundSeed } from "../../../domain/seed.ts";
import { hex32 } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

const address = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{40}$/)]);
const labels = ["", "a", "R/item", "shuffle", "phrasing", "salt·ü", "exactly thirty-two bytes long !!"];

/** Committees, seeds, draws and hash chains. */
export const chanceRules = [
  defineRule({
    name: "committee",
    solidity: "committeeOf",
    schema: z.strictObject({ seed: hex32, seatCount: integer, committeeSize: integer, quorum: integer }),
    twin: ({ seed, seatCount, committeeSize, quorum }) => {
      const members = memberCount(seatCount, { committeeSize, quorum });
      return {
        committee: committeeOf(seed, seatCount, { committeeSize, quorum }),
        members,
        signersNeeded: signersNeeded(members, { committeeSize, quorum }),
        signersNeededToFail: signersNeededToFail(members, { committeeSize, quorum }),
      };
    },
    toStruct: (input) => input,
    random: (random) => {
      const committeeSize = random.between(1n, 15n);
      return {
        seed: random.hex(32),
        seatCount: random.chance(2) ? random.between(0n, 40n) : random.between(0n, 255n),
        committeeSize,
        quorum: random.between(1n, committeeSize),
      };
    },
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
