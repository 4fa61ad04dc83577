import { eq } from "ponder";
import * as tables from "../ponder.schema.ts";
import { builder } from "./builder.ts";

type TreasuryRow = Omit<typeof tables.treasury.$inferSelect, "chainId">;

const empty: TreasuryRow = {
  commonsFund: 0n,
  evaluationFund: 0n,
  depositsHeld: 0n,
  burnt: 0n,
  bucketLevel: 0n,
  bucketUpdatedAt: 0n,
};

const BucketType = builder.objectRef<TreasuryRow>("Bucket").implement({
  description: "The global bound of what can be frozen in a while.",
  fields: (t) => ({
    level: t.field({
      type: "BigInt",
      description: "Stake frozen that had not leaked out at `updatedAt`.",
      resolve: ({ bucketLevel }) => bucketLevel,
    }),
    updatedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "The last freeze; null before the first.",
      resolve: ({ bucketUpdatedAt }) => bucketUpdatedAt || null,
    }),
  }),
});

const TreasuryType = builder.objectRef<TreasuryRow>("Treasury").implement({
  description: "The vault's funds beside stake and bonds. Amounts in the token's smallest unit.",
  fields: (t) => ({
    commonsFund: t.field({
      type: "BigInt",
      description: "Pays for the lottery's slots.",
      resolve: ({ commonsFund }) => commonsFund,
    }),
    evaluationFund: t.field({
      type: "BigInt",
      description: "Pays the evaluators.",
      resolve: ({ evaluationFund }) => evaluationFund,
    }),
    depositsHeld: t.field({
      type: "BigInt",
      description: "Deposits of open disputes and challenges.",
      resolve: ({ depositsHeld }) => depositsHeld,
    }),
    burnt: t.field({ type: "BigInt", description: "Burnt so far.", resolve: ({ burnt }) => burnt }),
    bucket: t.field({ type: BucketType, resolve: (row) => row }),
  }),
});

builder.queryField("treasury", (t) =>
  t.field({
    type: TreasuryType,
    resolve: async (_, _args, { db, deployment }) => {
      const { treasury } = tables;
      const [row] = await db.select().from(treasury).where(eq(treasury.chainId, deployment.chainId));
      return row ?? empty;
    },
  }),
);
