import { hexToBytes } from "@noble/hashes/utils.js";
import { hashTypedData } from "viem";
import { describe, expect, test } from "vitest";
import type { Hex } from "../../domain/hex.ts";
import { keccak, keccakConcat, keccakText, keccakWords } from "../../domain/keccak.ts";
import { assayDomain, assayTypes, boardDomain, boardTypes, courtDomain, courtTypes } from "../../domain/typedData.ts";

const word = (digit: string): Hex => `0x${digit.repeat(64)}`;
const address: Hex = `0x${"ab".repeat(20)}`;
const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** An EIP-712 digest, put together by hand. */
function digestOf(name: string, structHash: Hex): Hex {
  const domain = keccakWords(keccakText(domainType), keccakText(name), keccakText("1"), 31_337n, address);
  return keccak(hexToBytes(`1901${domain.slice(2)}${structHash.slice(2)}`));
}

describe("typed data", () => {
  test("default: a batch names its round and its shard", () => {
    const entryType = "ResultEntry(uint256 modelId,bytes32 digest,uint256 word)";
    const batchType = `Batch(uint256 roundId,uint256 shard,bytes32 reportsRoot,ResultEntry[] results)${entryType}`;
    const entry = keccakWords(keccakText(entryType), 3n, word("4"), 5n);
    const batch = keccakWords(keccakText(batchType), 1n, 6n, word("2"), keccakConcat([entry]));
    const results = [{ modelId: 3n, digest: word("4"), word: 5n }];
    const digest = hashTypedData({
      domain: assayDomain(31_337n, address),
      types: assayTypes,
      primaryType: "Batch",
      message: { roundId: 1n, shard: 6n, reportsRoot: word("2"), results },
    });
    expect(digest).toBe(digestOf("Assay", batch));
  });

  test("default: a re-evaluation is signed for the court", () => {
    const type = "Reevaluation(uint256 disputeId,bytes32 versionId,uint256 word,bytes32 reportsRoot)";
    const digest = hashTypedData({
      domain: courtDomain(31_337n, address),
      types: courtTypes,
      primaryType: "Reevaluation",
      message: { disputeId: 1n, versionId: word("2"), word: 3n, reportsRoot: word("4") },
    });
    expect(digest).toBe(digestOf("Assay Court", keccakWords(keccakText(type), 1n, word("2"), 3n, word("4"))));
  });

  test("default: a key proof is signed for the policy board", () => {
    const digest = hashTypedData({
      domain: boardDomain(31_337n, address),
      types: boardTypes,
      primaryType: "KeyProof",
      message: { seatId: 1n, seatOwner: address },
    });
    const type = "KeyProof(uint256 seatId,address seatOwner)";
    expect(digest).toBe(digestOf("Assay PolicyBoard", keccakWords(keccakText(type), 1n, address)));
  });
});
