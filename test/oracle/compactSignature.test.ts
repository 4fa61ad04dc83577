import {
  type Hex,
  keccak256,
  numberToHex,
  parseSignature,
  recoverAddress,
  serializeSignature,
  size,
  sliceHex,
  toHex,
} from "viem";
import { describe, expect, test } from "vitest";
import { recoverSigner, signatureAt, signDigests } from "../../oracle/messages/compactSignature.ts";
import { evaluatorAt } from "./committee.ts";

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const parityBit = 1n << 255n;

describe("packed signatures", () => {
  const { account } = evaluatorAt(0);
  const digests = Array.from({ length: 16 }, (_, i) => keccak256(toHex(`digest ${i}`)));

  test("default: 64 bytes each, one after the other, each over its digest", async () => {
    const signatures = await signDigests(account, digests);
    expect(size(signatures)).toBe(64 * digests.length);
    for (const [index, digest] of digests.entries()) {
      expect(await recoverSigner(digest, signatureAt(signatures, index))).toBe(account.address);
      expect(await recoverSigner(digest, signatureAt(signatures, (index + 1) % 16))).not.toBe(account.address);
    }
    expect(await signDigests(account, digests)).toBe(signatures);
  });

  test("error: what the contract would not take: s in its upper half, other lengths, nonsense", async () => {
    const [digest = "0x"] = digests;
    const { r, s, yParity } = parseSignature(await account.sign({ hash: digest }));
    const withS = (value: bigint): Hex => `${r}${numberToHex(value, { size: 32 }).slice(2)}`;
    // The other signature that every signature implies has no packed form: its highest bit says something else here.
    const twin = withS((order - BigInt(s)) | (yParity === 0 ? parityBit : 0n));
    expect(await recoverSigner(digest, twin)).not.toBe(account.address);
    expect(await recoverSigner(digest, withS(order / 2n + 1n))).toBeUndefined();
    expect(await recoverSigner(digest, withS((order / 2n + 1n) | parityBit))).toBeUndefined();
    const packed = await signDigests(account, [digest]);
    expect(await recoverSigner(digest, `${packed}1b`)).toBeUndefined();
    expect(await recoverSigner(digest, sliceHex(packed, 0, 63))).toBeUndefined();
    expect(await recoverSigner(digest, `0x${"ff".repeat(32)}${"00".repeat(32)}`)).toBeUndefined();
  });

  test("behavior: another implementation finds the same signers, also of what nobody signed", async () => {
    const found = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const [hash, r] = [keccak256(toHex(`hash ${i}`)), keccak256(toHex(`r ${i}`))];
        // As large as s may be, with either parity.
        const s = BigInt(keccak256(toHex(`s ${i}`))) >> 2n;
        const packed: Hex = `${r}${numberToHex(i % 2 === 0 ? s : s | parityBit, { size: 32 }).slice(2)}`;
        const signature = serializeSignature({ r, s: numberToHex(s, { size: 32 }), yParity: i % 2 });
        const other = await recoverAddress({ hash, signature }).catch(() => undefined);
        expect(await recoverSigner(hash, packed)).toBe(other);
        return other;
      }),
    );
    // About half of all numbers are the abscissa of a point.
    expect(found.filter((signer) => signer !== undefined).length).toBeGreaterThan(60);
    expect(found.filter((signer) => signer === undefined).length).toBeGreaterThan(60);
  });
});
