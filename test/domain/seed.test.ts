import { encodeAbiParameters, keccak256, stringToHex } from "viem";
import { beforeAll, describe, expect, test } from "vitest";
import type { Hex } from "../../domain/hex.ts";
import { keccak, keccakConcat, keccakText, keccakWords, WordOutOfRange } from "../../domain/keccak.ts";
import { chainFrom, draw, linkHead, linkOf, RoundOutsideChain, verifyLink } from "../../domain/seed.ts";
import { versionIdOf } from "../../domain/version.ts";

const word = (digit: string): Hex => `0x${digit.repeat(64)}`;
const address: Hex = `0x${"ab".repeat(20)}`;

describe("keccak", () => {
  test("default: equals the chain's encoding and hash", () => {
    expect(keccakText("ASSAY.SEED.v1")).toBe(keccak256(stringToHex("ASSAY.SEED.v1")));
    const types = [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }] as const;
    expect(keccakWords(7n, address, word("3"))).toBe(keccak256(encodeAbiParameters(types, [7n, address, word("3")])));
    expect(keccakConcat([word("1"), word("2")])).toBe(keccak256(`0x${"1".repeat(64)}${"2".repeat(64)}`));
    expect(keccakConcat([])).toBe(keccak(new Uint8Array()));
    expect(keccakWords((1n << 256n) - 1n)).toBe(keccak256(word("f")));
  });

  test("error: a value that is no word is named", () => {
    for (const value of [-1n, 1n << 256n, "0x", "0xzz", `0x${"1".repeat(65)}`] as const) {
      expect(() => keccakWords(value)).toThrow(WordOutOfRange);
    }
    expect(() => keccakWords(-1n)).toThrow("-1 is not a 32-byte word");
  });
});

describe("versionIdOf", () => {
  test("default: hashes model and digest", () => {
    const types = [{ type: "uint256" }, { type: "bytes32" }] as const;
    expect(versionIdOf(5n, word("9"))).toBe(keccak256(encodeAbiParameters(types, [5n, word("9")])));
  });
});

describe("hash chain", () => {
  const secret = word("5");
  let head: Hex;

  beforeAll(() => {
    head = linkHead(secret);
  });

  test("default: the link of a round leads to the head in as many steps", () => {
    expect(verifyLink(linkOf(secret, 1n), 1n, head)).toBe(true);
    expect(verifyLink(linkOf(secret, 300n), 300n, head)).toBe(true);
    expect(chainFrom(linkOf(secret, 301n), 1n)).toBe(linkOf(secret, 300n));
    expect(linkOf(secret, 65_536n)).toBe(secret);
    expect(linkOf(secret, 0n)).toBe(head);
  });

  test("behavior: another round's link, another chain or no link at all is refused", () => {
    expect(verifyLink(linkOf(secret, 300n), 299n, head)).toBe(false);
    expect(verifyLink(linkOf(word("6"), 300n), 300n, head)).toBe(false);
    expect(verifyLink("0x12", 300n, head)).toBe(false);
    expect(verifyLink(head, -1n, head)).toBe(false);
    expect(verifyLink(head, 65_537n, head)).toBe(false);
  });

  test("error: a round outside the chain", () => {
    expect(() => linkOf(secret, 65_537n)).toThrow(RoundOutsideChain);
    expect(() => linkOf(secret, -1n)).toThrow("round -1 has no link");
  });
});

describe("draw", () => {
  test("behavior: labels and indexes draw independently, and evenly", () => {
    const seed = word("1");
    expect(draw(seed, "a", 0n)).not.toBe(draw(seed, "b", 0n));
    expect(draw(seed, "a", 0n)).not.toBe(draw(seed, "a", 1n));
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0n; i < 6_000n; i += 1n) {
      const face = Number(draw(seed, "die", i) % 6n);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});
