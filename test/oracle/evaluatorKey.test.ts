import { encryptKeystoreJsonSync } from "ethers";
import { describe, expect, test } from "vitest";
import { linkHead, linkOf, RoundOutsideChain } from "../../domain/seed.ts";
import { deriveLinkSecret, parseEvaluatorKey } from "../../oracle/keys/evaluatorKey.ts";
import { createLinkChain } from "../../oracle/node/linkChain.ts";
import { RefusedStart } from "../../oracle/service/refusedStart.ts";
import { evaluatorAt } from "./committee.ts";

const board = { chainId: 31_337, policyBoard: "0x00000000000000000000000000000000000a55ae" } as const;
const { privateKey, linkSecret, account } = evaluatorAt(0);

describe("parseEvaluatorKey", () => {
  test("default: hex with and without 0x, or JSON", async () => {
    for (const text of [privateKey, privateKey.slice(2), `${privateKey}\n`, JSON.stringify({ privateKey })]) {
      const key = await parseEvaluatorKey(text, undefined, board);
      expect(key.account.address).toBe(account.address);
      expect(key.linkSecrets).toEqual([deriveLinkSecret(privateKey, board)]);
    }
  });

  test("behavior: a link secret in the file is used", async () => {
    const key = await parseEvaluatorKey(JSON.stringify({ privateKey, linkSecret }), undefined, board);
    expect(key.linkSecrets).toEqual([linkSecret, deriveLinkSecret(privateKey, board)]);
  });

  test("behavior: derived link secrets differ by key, chain and board", () => {
    const secrets = [
      deriveLinkSecret(privateKey, board),
      deriveLinkSecret(linkSecret, board),
      deriveLinkSecret(privateKey, { ...board, chainId: 1 }),
      deriveLinkSecret(privateKey, { ...board, policyBoard: account.address }),
    ];
    expect(new Set(secrets).size).toBe(4);
  });

  test("behavior: a geth-v3 keystore opens with its password only", async () => {
    const { address } = account;
    const keystore = encryptKeystoreJsonSync({ address, privateKey }, "correct horse", { scrypt: { N: 1024 } });
    expect((await parseEvaluatorKey(keystore, "correct horse\n", board)).account.address).toBe(address);
    await expect(parseEvaluatorKey(keystore, "wrong", board)).rejects.toThrow(/does not open with the password/);
    await expect(parseEvaluatorKey(keystore, undefined, board)).rejects.toThrow(/key\.passwordFile/);
  });

  test("error: what is no key, without repeating it", async () => {
    const secret = `0x${"ab".repeat(31)}`;
    for (const text of [secret, JSON.stringify({ privateKey: secret }), "", "{}", `0x${"0".repeat(64)}`]) {
      const refusal = await parseEvaluatorKey(text, undefined, board).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RefusedStart);
      expect(`${refusal}`).not.toContain("abab");
    }
  });
});

describe("createLinkChain", () => {
  test("default: the same links as the rule in domain/", () => {
    const chain = createLinkChain(linkSecret);
    expect(chain.head).toBe(linkHead(linkSecret));
    for (const round of [0n, 1n, 255n, 256n, 257n, 40_000n, 65_535n, 65_536n]) {
      expect(chain.linkOf(round)).toBe(linkOf(linkSecret, round));
    }
  });

  test("error: a round outside the chain", () => {
    expect(() => createLinkChain(linkSecret).linkOf(65_537n)).toThrow(RoundOutsideChain);
    expect(() => createLinkChain(linkSecret).linkOf(-1n)).toThrow(RoundOutsideChain);
  });
});
