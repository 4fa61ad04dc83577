import fc from "fast-check";
import { type Hex, hashTypedData, hexToBytes, keccak256, type LocalAccount, toHex } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assayDomain, assayTypes } from "../../domain/typedData.ts";
import { openAwsKms } from "../../oracle/keys/awsKms.ts";
import { completeSignature } from "../../oracle/keys/completeSignature.ts";
import { parseDerSignature } from "../../oracle/keys/derSignature.ts";
import { createRemoteAccount } from "../../oracle/keys/remoteAccount.ts";
import { SignerFailedError } from "../../oracle/keys/remoteSigner.ts";
import { parseTypedData, typedDataPreimage } from "../../oracle/keys/typedDataPreimage.ts";
import { openWeb3Signer } from "../../oracle/keys/web3Signer.ts";
import { signMessage } from "../../oracle/messages/signMessage.ts";
import { verifyMessage } from "../../oracle/messages/verifyMessage.ts";
import { batchSignature, commitAndReport, domain, evaluatorAt, resultWord, testPlan } from "./committee.ts";
import {
  derOf,
  kmsCredentials,
  kmsKeyId,
  numbersHex,
  type SignerServer,
  startKms,
  startWeb3Signer,
} from "./signerServers.ts";

const { account: key } = evaluatorAt(0);
const { account: stranger } = evaluatorAt(1);
const timeoutMs = 500;

const openers = {
  Web3Signer: {
    start: () => startWeb3Signer(key, stranger),
    open: (url: string) => openWeb3Signer({ url, address: key.address, timeoutMs }),
  },
  "AWS KMS": {
    start: () => startKms(key, stranger),
    open: (endpoint: string) =>
      openAwsKms({ keyId: kmsKeyId, region: "eu-central-1", endpoint, credentials: () => kmsCredentials, timeoutMs }),
  },
};

/** The one line of a refusal. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("it went through"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SignerFailedError);
  const message = error instanceof Error ? error.message : "";
  expect(message).not.toContain("\n");
  return message;
}

describe.each(Object.entries(openers))("a key in %s", (_name, { start, open }) => {
  let server: SignerServer;
  let account: LocalAccount;

  beforeAll(async () => {
    server = await start();
    account = await createRemoteAccount(await open(server.url));
  });
  beforeEach(() => server.fault("none"));
  afterAll(() => server.close());

  test("default: it signs what evaluators sign, as the key itself would", async () => {
    expect(account.address).toBe(key.address);
    const { report, commitment } = await commitAndReport(testPlan(2), 0, 0);
    const entry = { modelId: 1n, digest: keccak256("0x01"), word: resultWord(), reporters: 3n };
    const batches = [1n, 2n].map((modelId) => ({ reportsRoot: entry.digest, entries: [{ ...entry, modelId }] }));
    for (const message of [report, commitment, await batchSignature(testPlan(2), 0, batches)]) {
      const { signature, ...unsigned } = message;
      expect(await signMessage(account, domain, unsigned)).toBe(signature);
    }
  });

  test("default: it relays, and signs plain messages", async () => {
    const transaction = {
      to: stranger.address,
      value: 1n,
      nonce: 7,
      chainId: 31_337,
      maxFeePerGas: 5n,
      gas: 21_000n,
      type: "eip1559",
    } as const;
    const serialized = await account.signTransaction(transaction);
    expect(serialized).toBe(await key.signTransaction(transaction));
    expect(await account.signMessage({ message: "hello" })).toBe(await key.signMessage({ message: "hello" }));
  });

  test("behavior: s in the upper half comes out in the lower half", async () => {
    server.fault("highS");
    const { commitment } = await commitAndReport(testPlan(1), 0, 0);
    const { signature: _, ...unsigned } = commitment;
    const signature = await signMessage(account, domain, unsigned);
    await expect(verifyMessage(domain, { ...unsigned, signature })).resolves.toMatch(/^0x/);
  });

  test("error: another key, garbage, a status, silence, too much: one line each, and no second try", async () => {
    const sign = () => account.signMessage({ message: "hello" });
    const expected = {
      wrongKey: `gave a signature that is not ${key.address}'s`,
      garbage: "gave no ",
      status500: "500",
      slow: "does not answer (nothing within 500 ms)",
      endless: "answers with more than 1000000 bytes",
    } as const;
    for (const fault of ["wrongKey", "garbage", "status500", "slow", "endless"] as const) {
      server.fault(fault);
      const before = server.asked.length;
      expect(await refusal(sign())).toContain(expected[fault]);
      expect(server.asked.length).toBe(before + 1);
    }
  });

  test("error: a signer that holds another key than it names is refused at the start", async () => {
    server.fault("wrongKey");
    expect(await refusal(createRemoteAccount(await open(server.url)))).toContain("it holds another key");
  });

  test("error: nobody there", async () => {
    expect(await refusal(open("http://127.0.0.1:9"))).toMatch(
      /at http:\/\/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\)/,
    );
  });
});

describe("a key in Web3Signer", () => {
  let server: SignerServer;
  beforeAll(async () => {
    server = await startWeb3Signer(key, stranger);
  });
  afterAll(() => server.close());

  test("error: it does not hold the key", async () => {
    const absent = evaluatorAt(2).account.address;
    expect(await refusal(openWeb3Signer({ url: server.url, address: absent }))).toContain(`holds no key of ${absent}`);
  });

  test("behavior: user and password of its address go into a header and into no message", async () => {
    const url = server.url.replace("http://", "http://node:hush%21@");
    const signer = await openWeb3Signer({ url: `${url}/?token=hush`, address: key.address });
    await signer.sign("0x1234");
    expect(server.asked.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from("node:hush!").toString("base64")}`);
    server.fault("status500");
    expect(await refusal(signer.sign("0x1234"))).not.toContain("hush");
    expect(signer.place).toBe(`Web3Signer at ${server.url}`);
  });
});

describe("a key in AWS KMS", () => {
  let server: SignerServer;
  beforeAll(async () => {
    server = await startKms(key, stranger);
  });
  afterAll(() => server.close());
  const shared = { region: "eu-central-1", keyId: kmsKeyId };

  test("error: wrong credentials and an unknown key, in the service's words and without the secret", async () => {
    const credentials = () => ({ ...kmsCredentials, secretAccessKey: "hush" });
    const wrong = await refusal(openAwsKms({ ...shared, endpoint: server.url, credentials }));
    expect(wrong).toContain("InvalidSignatureException (status 403)");
    expect(wrong).not.toContain("hush");
    const unknown = openAwsKms({ ...shared, keyId: "other", endpoint: server.url, credentials: () => kmsCredentials });
    expect(await refusal(unknown)).toContain("refused GetPublicKey of other: NotFoundException");
  });
});

describe("parseDerSignature", () => {
  const numbers = fc.bigInt({ min: 1n, max: (1n << 256n) - 1n });

  test("default: r and s of any size", () => {
    fc.assert(
      fc.property(numbers, numbers, (r, s) => {
        expect(parseDerSignature(derOf(r, s))).toBe(numbersHex(r, s));
      }),
      { seed: 1 },
    );
    for (const edge of [1n, 0x7fn, 0x80n, 0xffn, 0x100n, (1n << 255n) - 1n, 1n << 255n])
      expect(parseDerSignature(derOf(edge, edge))).toBe(numbersHex(edge, edge));
  });

  test("error: a changed length, a byte more or less, negative or padded integers", () => {
    const wrong: Hex[] = [
      "0x",
      "0x30",
      "0x3006020101020101ff",
      "0x30060201010201",
      "0x3007020101020101",
      "0x3106020101020101",
      "0x3006030101020101",
      "0x3006020181020101",
      "0x300702020001020101",
      "0x3005020002010100",
      "0x308106020101020101",
    ];
    for (const der of wrong) expect(parseDerSignature(hexToBytes(der))).toBeUndefined();
    expect(parseDerSignature(derOf(1n << 256n, 1n))).toBeUndefined();
  });

  test("behavior: no bytes at all make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        const parsed = parseDerSignature(bytes);
        expect(parsed === undefined || parsed.length === 130).toBe(true);
      }),
      { seed: 2 },
    );
  });
});

describe("completeSignature", () => {
  test("error: numbers out of range", async () => {
    const digest = keccak256(toHex("digest"));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [order, 1n],
      [1n, order],
    ] as const)
      expect(await completeSignature(digest, numbersHex(r, s), key.address)).toBeUndefined();
  });

  test("behavior: the preimage of typed data hashes to its digest", () => {
    const results = [{ modelId: (1n << 255n) + 1n, digest: keccak256("0x02"), word: resultWord() }];
    const message = { roundId: 3n, shard: 1n, reportsRoot: keccak256("0x01"), results };
    const typed = { domain: assayDomain(1n, key.address), types: assayTypes, primaryType: "Batch", message } as const;
    const preimage = typedDataPreimage(parseTypedData(typed));
    expect(keccak256(preimage)).toBe(hashTypedData(typed));
  });
});
