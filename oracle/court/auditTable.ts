import type { Address, Hex } from "viem";
import { z } from "zod";
import { versionIdOf } from "../../domain/version.ts";
import type { SumsFraud } from "../../evaluation/evidence/findWrongSums.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { lowerHex, parseMessage, type Report, stringifyMessage, uint256 } from "../messages/message.ts";
import { type Audit, type Finding, findings } from "./auditClaims.ts";
import { storedReport } from "./challengeTable.ts";
import { decimalJson } from "./decimalJson.ts";

/** A report of another evaluator, and how many of its challenges are answered. */
export interface AuditedReport {
  readonly digest: Hex;
  readonly versionId: Hex;
  readonly seatId: bigint;
  readonly report: Report;
  readonly openings: bigint;
}

/** A report whose sums are proven to be made up, to be shown to the inspector. */
export interface ProvenReport {
  readonly digest: Hex;
  readonly versionId: Hex;
  readonly seatId: bigint;
  readonly report: Report;
  readonly proof: SumsFraud;
}

/** What was found wrong with a report. */
export interface AuditView {
  readonly reportDigest: Hex;
  readonly roundId: bigint;
  readonly seatId: bigint;
  readonly finding: Finding;
  readonly why: string | null;
}

const node = z.object({ hash: lowerHex(32), sums: uint256, counts: uint256 });
const path = z.object({ index: uint256, siblings: z.array(node) });
const leaf = z.object({ itemHash: lowerHex(32), sums: uint256, counts: uint256 });
const proofSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("wrongSums"), path, node, left: node, right: node }),
  z.object({ kind: z.literal("wrongLeaf"), path, node, leafIndex: uint256, leaf }),
]);

/** Looked at in one go; the rest when these are settled. */
const atOnce = 1_024;

interface ReportRow {
  digest: Hex;
  subject: Hex;
  seat_id: string;
  body: string;
  openings: string;
}

/**
 * Reports that nobody here has replayed yet, or that were found to have no records behind their root before another challenge of them was
 * answered. The newest rounds first; within a round every node has an order of its own, so that together they are through sooner.
 */
export async function readUnaudited(
  tx: Queryable,
  own: Address,
  rounds: { readonly from: bigint; readonly to: bigint },
): Promise<AuditedReport[]> {
  const found = await tx.query<ReportRow>(
    `select r.*, seat_id from (
       select m.digest, m.subject, m.evaluator, m.round_id, m.body, (
         select count(*) from challenge_calls c where c.report_digest = m.digest and c.answered is not null
       ) as openings
       from peer_messages m
       where m.kind = 'report' and m.round_id between $1 and $2 and m.evaluator <> $3
     ) r join seat_keys k on k.signer = r.evaluator
     where not exists (
       select 1 from audits a where a.report_digest = r.digest and (a.finding <> 'unbacked' or a.openings >= r.openings)
     )
     order by r.round_id desc, md5(r.digest || $3) limit ${atOnce}`,
    [rounds.from.toString(), rounds.to.toString(), own],
  );
  return found.rows.flatMap(({ digest, subject, seat_id, body, openings }) => {
    const report = parseMessage(body);
    if (report.kind !== "report") return [];
    return [{ digest, versionId: subject, seatId: BigInt(seat_id), report, openings: BigInt(openings) }];
  });
}

/** A report that was challenged and is in no message here. Its signature is in the transaction that asked. */
export interface ChallengedReport extends Omit<AuditedReport, "report"> {
  readonly report: Omit<Report, "kind" | "signature">;
  readonly asked: Hex;
}

/** Reports of rounds this node had no part in, whose challenges were answered since it looked at them last. */
export async function readChallenged(tx: Queryable, own: Address): Promise<ChallengedReport[]> {
  const found = await tx.query<{ digest: Hex; seat_id: string; report: string; asked: Hex; openings: string }>(
    `select r.* from (
       select c.report_digest as digest, min(c.seat_id) as seat_id, min(c.report) as report, min(t.asked) as asked, count(t.answered) as openings
       from challenges c join challenge_calls t using (report_digest, leaf_index, record_index)
       group by c.report_digest
     ) r
     where r.openings > 0 and not exists (select 1 from peer_messages m where m.digest = r.digest) and not exists (
       select 1 from audits a where a.report_digest = r.digest and (a.finding <> 'unbacked' or a.openings >= r.openings)
     ) order by r.digest limit ${atOnce}`,
  );
  return found.rows.flatMap(({ digest, seat_id, report: stored, asked, openings }) => {
    const report = storedReport.parse(JSON.parse(stored));
    if (report.evaluator === own) return [];
    const versionId = versionIdOf(report.modelId, report.digest);
    return [{ digest, versionId, seatId: BigInt(seat_id), report, asked, openings: BigInt(openings) }];
  });
}

export async function keepAudit(
  tx: Queryable,
  { digest, versionId, seatId, report, openings }: AuditedReport,
  { finding, why, proof }: Audit,
): Promise<void> {
  await tx.query(
    `insert into audits values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (report_digest) do update
     set openings = excluded.openings, finding = excluded.finding, why = excluded.why, proof = excluded.proof`,
    [
      digest,
      report.roundId.toString(),
      seatId.toString(),
      versionId,
      stringifyMessage(report),
      openings.toString(),
      finding,
      why,
      proof && decimalJson(proof),
    ],
  );
}

interface AuditRow {
  report_digest: Hex;
  version_id: Hex;
  seat_id: string;
  round_id: string;
  report: string;
  finding: string;
  why: string | null;
  proof: string | null;
}

/** Proofs that are not on chain, oldest first. */
export async function readProven(tx: Queryable): Promise<ProvenReport[]> {
  const found = await tx.query<AuditRow>(
    `select a.* from audits a where a.finding = 'wrongSums' and not exists (
       select 1 from slashes s where s.seat_id = a.seat_id and s.version_id = a.version_id and s.round_id = a.round_id
         and s.fault = 'wrong-sums'
     ) order by a.round_id, a.report_digest limit ${atOnce}`,
  );
  return found.rows.flatMap((row) => {
    const report = parseMessage(row.report);
    if (report.kind !== "report" || row.proof === null) return [];
    const proof = proofSchema.parse(JSON.parse(row.proof));
    return [{ digest: row.report_digest, versionId: row.version_id, seatId: BigInt(row.seat_id), report, proof }];
  });
}

/** Everything that was found wrong, newest first. */
export async function readWrong(tx: Queryable): Promise<AuditView[]> {
  const found = await tx.query<Pick<AuditRow, "report_digest" | "round_id" | "seat_id" | "finding" | "why">>(
    `select report_digest, round_id::text as round_id, seat_id, finding, why from audits where finding <> 'clean'
     order by audits.round_id desc, report_digest limit 64`,
  );
  return found.rows.map(({ report_digest, round_id, seat_id, finding, why }) => ({
    reportDigest: report_digest,
    roundId: BigInt(round_id),
    seatId: BigInt(seat_id),
    finding: z.enum(findings).parse(finding),
    why,
  }));
}

/** Forgets audits of rounds before `roundId`; proofs as long as the inspector takes them, from `provableFrom` on. */
export async function forgetAudits(tx: Queryable, roundId: bigint, provableFrom: bigint): Promise<void> {
  await tx.query("delete from audits where round_id < $1 and (proof is null or round_id < $2)", [
    roundId.toString(),
    provableFrom.toString(),
  ]);
}
