import pino from "pino";
import { zeroHash } from "viem";
import { describe, expect, test } from "vitest";
import { buildBatches, selectAll } from "../../oracle/node/buildBatches.ts";
import { createPoster } from "../../oracle/node/poster.ts";
import { reportSetOf } from "../../oracle/node/reportSet.ts";
import { batchSignature, domain, fullRound, received, signedBatches, testPlan } from "./committee.ts";

const log = pino({ enabled: false });
const stagger = 10n;

/** The second of the chain's clock, counted from the first look, in which the first in line posts, and with whose signatures. */
async function firstPost(measuring: readonly number[], signing: readonly number[]) {
  const base = testPlan(1);
  const plan = { ...base, policy: { ...base.policy, quorum: 2n } };
  const set = reportSetOf(plan, await fullRound(plan, measuring));
  const built = buildBatches(domain, plan, set, selectAll(set));
  if (!built) throw new RangeError("there is something to sign");
  const signatures = await Promise.all(signing.map((seat) => batchSignature(plan, seat, signedBatches(built))));
  const posts: bigint[] = [];
  const calls = {
    canPay: () => true,
    post: async (_: unknown, signers: bigint) => {
      posts.push(signers);
      return { hash: zeroHash, gasUsed: 0n };
    },
  };
  const poster = createPoster({ plan, calls, stagger, log });
  const messages = signatures.map((each) => received(each));
  for (let now = 0n; now < 100n; now += 1n) {
    poster.pursue(built, messages, new Map(), 0n, now);
    await poster.stop();
    if (posts.length > 0) return { now, signers: posts[0] };
  }
  return undefined;
}

describe("createPoster", () => {
  test("default: what all have signed is posted at once", async () => {
    expect(await firstPost([0, 1, 2], [0, 1, 2])).toEqual({ now: 0n, signers: 0b111n });
  });

  test("behavior: who has not signed yet is waited for, a turn long", async () => {
    expect(await firstPost([0, 1, 2], [0, 2])).toEqual({ now: stagger, signers: 0b101n });
  });

  test("behavior: one who measured nothing fills a place only when everybody's turns have gone by", async () => {
    expect(await firstPost([1, 2], [0, 2])).toEqual({ now: 4n * stagger, signers: 0b101n });
  });

  test("error: too few signatures are never posted", async () => {
    expect(await firstPost([0, 1, 2], [1])).toBeUndefined();
  });
});
