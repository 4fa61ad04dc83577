import { z } from "zod";
import { type Family, families } from "../../domain/families.ts";

/** One family of a model, rates in bps. */
export interface FamilyView {
  bps: number;
  barBps: number;
  gated: boolean;
  passes: boolean;
}

/** What the devnet shows of one model. */
export interface ModelView {
  name: string;
  modelId: string;
  state: string;
  admitted: boolean;
  /** Codes of the reasons it is refused for; empty exactly when admitted. */
  reasons: string[];
  /** The same as sentences. */
  why: string[];
  rounds: number;
  families: Record<Family, FamilyView>;
  /** Retries of the last result. */
  retries: number;
  /** Scar, in items. */
  scar: number;
  /** Active stake in whole tokens. */
  stake: number;
  /** Share of the highest possible weight, 0..1. */
  weight: number;
}

const query = /* GraphQL */ `
  query Devnet {
    models(first: 50) {
      nodes {
        id
        name
        admission {
          state admitted rounds weight scarItems activeStake
          reasons { code sentence }
          families { family rateBps barBps gated passes }
        }
        results(first: 1) { nodes { retries } }
      }
    }
  }
`;

const familySchema = z.object({
  family: z.enum(families),
  rateBps: z.number(),
  barBps: z.number(),
  gated: z.boolean(),
  passes: z.boolean(),
});
const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  admission: z.object({
    state: z.string(),
    admitted: z.boolean(),
    rounds: z.number(),
    weight: z.number(),
    scarItems: z.number(),
    activeStake: z.string(),
    reasons: z.array(z.object({ code: z.string(), sentence: z.string() })),
    families: z.array(familySchema),
  }),
  results: z.object({ nodes: z.array(z.object({ retries: z.number() })) }),
});
const answerSchema = z.object({ data: z.object({ models: z.object({ nodes: z.array(modelSchema) }) }) });
const refusalSchema = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

/** The indexer refused the question; its own words. */
export class IndexerError extends Error {
  override name = "IndexerError";
}

const highestWeight = 100_000_000;
const unmeasured: FamilyView = { bps: 0, barBps: 0, gated: false, passes: false };

function familyViews(rows: readonly z.infer<typeof familySchema>[]): Record<Family, FamilyView> {
  const view = (family: Family): FamilyView => {
    const row = rows.find((candidate) => candidate.family === family);
    return row ? { ...row, bps: Math.round(row.rateBps) } : unmeasured;
  };
  return { R: view("R"), J: view("J"), C: view("C"), P: view("P"), E: view("E"), L: view("L"), T: view("T") };
}

function toView({ id, name, admission, results }: z.infer<typeof modelSchema>): ModelView {
  return {
    name,
    modelId: id,
    state: admission.state,
    admitted: admission.admitted,
    reasons: admission.reasons.map(({ code }) => code),
    why: admission.reasons.map(({ sentence }) => sentence),
    rounds: admission.rounds,
    families: familyViews(admission.families),
    retries: results.nodes[0]?.retries ?? 0,
    scar: admission.scarItems,
    stake: Number(BigInt(admission.activeStake) / 10n ** 18n),
    weight: admission.weight / highestWeight,
  };
}

/**
 * Asks the indexer, as every dApp would, where each model stands now; in the order of registration.
 * @throws IndexerError; an error of fetch or zod when it does not answer within two seconds, or not what its schema says
 */
export async function readModels(graphqlUrl: string): Promise<ModelView[]> {
  const response = await fetch(graphqlUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(2_000),
  });
  const json: unknown = await response.json();
  const refusal = refusalSchema.safeParse(json);
  if (refusal.success) throw new IndexerError(refusal.data.errors[0]?.message ?? "the indexer gave no reason");
  const { data } = answerSchema.parse(json);
  return data.models.nodes.map(toView).sort((a, b) => Number(BigInt(a.modelId) - BigInt(b.modelId)));
}
