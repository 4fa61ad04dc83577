import { type Address, getAddress, type Hex, isAddress, isHex } from "viem";
import { z } from "zod";
import { RefusedStart } from "../service/refusedStart.ts";
import { domainKeyOf, type JournalEntry, type SigningJournal, signedKinds } from "./signingJournal.ts";

const formatVersion = "1";
const whole = z.string().regex(/^(0|[1-9][0-9]{0,18})$/, "must be a whole number in decimal digits");
const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, "must be 0x and 32 bytes of hex");
const address = z
  .custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false }), "must be an address")
  .transform((value) => getAddress(value));

/**
 * A signing history for another machine, in the manner of EIP-3076: what stands in it is signed for never again, except the same.
 * `floor`: the round a contract's entries begin with; before it nothing is signed. `watchedUntil`: seconds of the chain's clock until
 * which the history is complete.
 */
const historySchema = z.strictObject({
  metadata: z.strictObject({ interchangeFormatVersion: z.literal(formatVersion), chainId: whole, assay: address }),
  data: z
    .array(
      z.strictObject({
        signer: address,
        watchedUntil: whole.nullable(),
        contracts: z
          .array(
            z.strictObject({
              contract: address,
              floor: whole,
              signed: z
                .array(z.strictObject({ roundId: whole, kind: z.enum(signedKinds), subject: bytes32, digest: bytes32 }))
                .max(1_000_000),
            }),
          )
          .max(16),
      }),
    )
    .length(1),
});

const ownerPattern = /^(0x[0-9a-fA-F]{40}) on ([0-9]+):(0x[0-9a-fA-F]{40})$/;

/**
 * The journal as a JSON text.
 * @throws RefusedStart when nothing was ever signed with it.
 */
export function exportHistory(journal: SigningJournal, path: string): string {
  const [, signer, chainId, assay] = ownerPattern.exec(journal.owner() ?? "") ?? [];
  if (!signer || !chainId || !assay)
    throw new RefusedStart(`${path} belongs to no key yet: the node has never run with it, there is nothing to export`);
  const domains = new Set([...journal.floors().keys(), ...journal.entries().map(({ domain }) => domain)]);
  const contracts = [...domains].sort().map((domain) => ({
    contract: domain.slice(domain.indexOf(":") + 1),
    floor: `${journal.floors().get(domain) ?? 0n}`,
    signed: journal
      .entries()
      .filter((entry) => entry.domain === domain)
      .map(({ roundId, kind, subject, digest }) => ({ roundId: `${roundId}`, kind, subject, digest })),
  }));
  const history = {
    metadata: { interchangeFormatVersion: formatVersion, chainId, assay },
    data: [{ signer, watchedUntil: journal.watchedUntil()?.toString() ?? null, contracts }],
  };
  return `${JSON.stringify(history, null, 2)}\n`;
}

/** What an import did. */
export interface Imported {
  readonly signer: Address;
  readonly added: number;
  /** Known before, or of rounds that are signed for never again anyway. */
  readonly skipped: number;
}

/** The chain and record that a node works for. */
export interface HistoryHome {
  readonly chainId: number;
  readonly assay: Address;
}

/**
 * Adds a history to the journal: all that either forbids is forbidden, and no floor falls.
 * @throws RefusedStart, and nothing is changed, when the file is none, is another chain's, contract's or key's, or contradicts the journal.
 */
export function importHistory(journal: SigningJournal, text: string, home: HistoryHome): Imported {
  const history = historySchema.safeParse(jsonOf(text));
  if (!history.success) {
    const [issue] = history.error.issues;
    throw new RefusedStart(`the file is no signing history: ${issue?.path.join(".") || "the file"}: ${issue?.message}`);
  }
  const { metadata, data } = history.data;
  if (metadata.chainId !== `${home.chainId}` || metadata.assay !== getAddress(home.assay))
    throw new RefusedStart(
      `the file is the history of contract ${metadata.assay} on chain ${metadata.chainId}, this node works for ${home.assay} on ${home.chainId}: take the one of this deployment`,
    );
  const [found] = data;
  if (!found) throw new RefusedStart("the file is no signing history: data is empty");
  const owner = `${found.signer} on ${metadata.chainId}:${metadata.assay}`;
  const before = journal.owner();
  if (before !== undefined && before !== owner)
    throw new RefusedStart(`the file is the history of ${owner}, here is that of ${before}: take the right key's`);
  const entries = found.contracts.flatMap(({ contract, signed }) =>
    signed.map((one): JournalEntry => {
      return { ...one, roundId: BigInt(one.roundId), domain: domainKeyOf(BigInt(metadata.chainId), contract) };
    }),
  );
  const missing = missingIn(journal, entries);
  journal.claim(owner);
  for (const { contract, floor } of found.contracts)
    journal.raiseFloor(domainKeyOf(BigInt(metadata.chainId), contract), BigInt(floor));
  const floors = journal.floors();
  const added = missing.filter(({ domain, roundId }) => roundId >= (floors.get(domain) ?? 0n));
  journal.record(added);
  if (found.watchedUntil !== null) journal.watch(BigInt(found.watchedUntil));
  return { signer: found.signer, added: added.length, skipped: entries.length - added.length };
}

/** @throws RefusedStart when an entry contradicts the journal, or another of the file. */
function missingIn(journal: SigningJournal, entries: readonly JournalEntry[]): JournalEntry[] {
  const held = new Map(journal.entries().map((entry) => [keyOf(entry), entry.digest]));
  return entries.filter((entry) => {
    const digest = held.get(keyOf(entry));
    if (digest === entry.digest) return false;
    if (digest !== undefined)
      throw new RefusedStart(
        `the file says ${entry.digest} was signed as the ${entry.kind} of round ${entry.roundId} on ${entry.subject}, here it is ${digest}: two copies of this key have signed; nothing was imported`,
      );
    held.set(keyOf(entry), entry.digest);
    return true;
  });
}

const keyOf = ({ domain, roundId, subject, kind }: JournalEntry): string => `${domain} ${roundId} ${subject} ${kind}`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
