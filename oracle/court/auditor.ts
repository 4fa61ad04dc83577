import type { Logger } from "pino";
import type { Address, Hex, PublicClient } from "viem";
import { probeSeed } from "../../domain/seed.ts";
import type { Deployment } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { Report } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import type { ChainFold } from "../node/chainFold.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import { type Outcome, TransactionFailed } from "../node/transactions.ts";
import { type Audit, auditClaims, type Demanded } from "./auditClaims.ts";
import {
  type AuditedReport,
  type AuditView,
  keepAudit,
  type ProvenReport,
  readChallenged,
  readProven,
  readUnaudited,
  readWrong,
} from "./auditTable.ts";
import { provableUntil } from "./clocks.ts";
import type { CourtTransactions } from "./courtTransactions.ts";
import { type ClaimsSource, fetchClaims } from "./fetchClaims.ts";
import { readChallengeSignature, readShownLeaves } from "./shownLeaves.ts";
import { createTurns } from "./turns.ts";

/** Replays other evaluators' evidence, one report at a time, and proves sums that were made up. */
export interface Auditor {
  /** Takes the next proof that is due, else the next report, in the background. @param roundId Number of the running epoch. */
  pursue(now: bigint, roundId: bigint): Promise<void>;
  /** What was found wrong, newest round first. */
  views(): readonly AuditView[];
  /** Waits for what is under way. */
  settled(): Promise<void>;
  /** Ends what is read, and waits for what is sent. */
  stop(): Promise<void>;
}

export interface AuditorParts extends ClaimsSource {
  readonly database: Queryable;
  readonly client: Pick<PublicClient, "getTransaction">;
  readonly deployment: Pick<Deployment, "inspector" | "genesis" | "epochLength">;
  readonly domain: SigningDomain;
  readonly fold: Pick<ChainFold, "round">;
  readonly transactions: Pick<CourtTransactions, "proveWrongSums" | "proveWrongLeaf">;
  readonly own: Address;
  readonly line: PlaceInLine;
  /** A seat's bond that can still be taken, smallest unit. */
  readonly seatBond: (seatId: bigint) => Promise<bigint>;
  readonly stagger: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Rounds after its own in which evidence is asked for: as long as a challenge of it can be answered. */
const roundsAudited = 12n;

export function createAuditor(parts: AuditorParts): Auditor {
  const { database, deployment, line, metrics, log, stagger } = parts;
  const proofTurns = createTurns(stagger);
  const replayTurns = createTurns(stagger);
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;
  let views: readonly AuditView[] | undefined;
  let lookAgainAt = 0n;

  const demandedOf = async ({ roundId, evaluator, link }: Report, versionId: Hex): Promise<Demanded | undefined> => {
    const record = await parts.fold.round(roundId);
    if (!record?.drawn) return undefined;
    const { suiteHash } = record;
    const { chainId, assay: contract } = parts.domain;
    const roundSeed = record.drawn.seed;
    return {
      suiteHash,
      seed: probeSeed({ chainId, contract, roundId, versionId, suiteHash, roundSeed, evaluator, link }),
    };
  };

  /** @returns undefined when there is no evidence to be had, or nothing it could be held against. */
  const replay = async ({ report, digest, versionId }: AuditedReport): Promise<Audit | undefined> => {
    const demanded = await demandedOf(report, versionId);
    if (!demanded) return undefined;
    const about = { evaluator: report.evaluator, roundId: `${report.roundId}`, evidence: report.evidenceHash };
    const fetched = await fetchClaims({ ...parts, signal: stopping.signal }, report.evidenceHash, (place, reason) =>
      log.debug({ ...about, place, reason }, "evidence not had"),
    );
    if (!fetched) return undefined;
    if ("unreadable" in fetched) return { finding: "unreadable", why: fetched.unreadable, proof: null };
    return auditClaims(fetched.claims, report, { demanded, shown: await readShownLeaves(parts, digest) });
  };

  const audit = async (subject: AuditedReport): Promise<void> => {
    const found = await replay(subject);
    if (!found) return;
    await keepAudit(database, subject, found);
    views = undefined;
    metrics.audits.inc({ finding: found.finding });
    const { report, seatId, digest } = subject;
    const about = {
      evaluator: report.evaluator,
      seat: `${seatId}`,
      roundId: `${report.roundId}`,
      reportDigest: digest,
    };
    if (found.finding === "clean") log.debug(about, "evidence replayed");
    else log.error({ ...about, finding: found.finding, why: found.why }, "evidence is not what its report says");
  };

  const prove = async ({ report, digest, seatId, versionId, proof }: ProvenReport): Promise<void> => {
    const about = { evaluator: report.evaluator, seat: `${seatId}`, roundId: `${report.roundId}`, versionId };
    const fault = "wrong-sums";
    try {
      const outcome = await send(parts.transactions, digest, { report, proof });
      metrics.proofs.inc({ fault, outcome: "hash" in outcome ? "sent" : "alreadyDone" });
      log.warn({ ...about, ...outcome }, "made-up sums proven");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      metrics.proofs.inc({ fault, outcome: "failed" });
      log.warn(about, `made-up sums not proven yet: ${error.message}`);
    }
  };

  const nextProof = async (now: bigint): Promise<ProvenReport | undefined> => {
    const found = await readProven(database);
    proofTurns.keepOnly(new Set(found.map(({ digest }) => digest)));
    for (const proven of found) {
      const { roundId } = proven.report;
      if (now >= provableUntil(deployment, roundId)) continue;
      if (!proofTurns.isDue(proven.digest, await line.of(roundId), now)) continue;
      // A bond is taken in halves: as long as there is any, a proof is worth its gas.
      if ((await parts.seatBond(proven.seatId)) > 0n) return proven;
    }
    return undefined;
  };

  /** Signed reports to be replayed: what was revealed to this node's committees, and what was opened on chain. */
  const nextReport = async (now: bigint, roundId: bigint): Promise<AuditedReport | undefined> => {
    if (parts.stores.length === 0) return undefined;
    const revealed = await readUnaudited(database, parts.own, { from: roundId - roundsAudited, to: roundId - 1n });
    const challenged = await readChallenged(database, parts.own);
    replayTurns.keepOnly(new Set([...revealed, ...challenged].map(({ digest }) => digest)));
    const due = ({ digest }: { digest: Hex }) => replayTurns.isDue(digest, 0n, now);
    const next = revealed.find(due);
    if (next) return next;
    const opened = challenged.find(due);
    const signature = opened && (await readChallengeSignature(parts, opened.asked));
    if (signature) return { ...opened, report: { ...opened.report, kind: "report", signature } };
    if (opened) replayTurns.rest(opened.digest, now);
    return undefined;
  };

  const start = (work: Promise<void>): void => {
    underWay = work
      .catch((error: unknown) => log.error({ err: error }, "evidence not audited"))
      .finally(() => {
        underWay = undefined;
      });
  };

  return {
    async pursue(now, roundId) {
      views ??= await readWrong(database);
      if (underWay || now < lookAgainAt) return;
      lookAgainAt = now + (stagger > 1n ? stagger / 2n : 1n);
      const proven = await nextProof(now);
      if (proven) {
        proofTurns.rest(proven.digest, now);
        return start(prove(proven));
      }
      const next = await nextReport(now, roundId);
      if (!next) return;
      replayTurns.rest(next.digest, now);
      start(audit(next));
    },
    views: () => views ?? [],
    async settled() {
      await underWay;
    },
    async stop() {
      stopping.abort();
      await underWay;
    },
  };
}

function send(
  transactions: AuditorParts["transactions"],
  subject: string,
  { report, proof }: Pick<ProvenReport, "report" | "proof">,
): Promise<Outcome> {
  const path = { index: proof.path.index, siblings: [...proof.path.siblings] };
  if (proof.kind === "wrongSums")
    return transactions.proveWrongSums(subject, [report, report.signature, path, proof.node, proof.left, proof.right]);
  return transactions.proveWrongLeaf(subject, [
    report,
    report.signature,
    path,
    proof.node,
    proof.leafIndex,
    proof.leaf,
  ]);
}
