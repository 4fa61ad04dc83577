import type { Deployment } from "../../sdk/deployment.ts";
import type { Head, QueryContext } from "../queries/QueryContext.ts";
import { builder } from "./builder.ts";

const BlockType = builder.objectRef<Head>("Block").implement({
  fields: (t) => ({
    number: t.field({ type: "BigInt", resolve: ({ number }) => number }),
    hash: t.field({ type: "Bytes32", resolve: ({ hash }) => hash }),
    timestamp: t.field({ type: "DateTime", resolve: ({ timestamp }) => timestamp }),
  }),
});

const DeploymentType = builder.objectRef<Deployment>("Deployment").implement({
  description: "Where the protocol lives on this chain.",
  fields: (t) => ({
    assay: t.field({ type: "Address", resolve: ({ assay }) => assay }),
    vault: t.field({ type: "Address", resolve: ({ vault }) => vault }),
    court: t.field({ type: "Address", resolve: ({ court }) => court }),
    inspector: t.field({ type: "Address", resolve: ({ inspector }) => inspector }),
    policyBoard: t.field({ type: "Address", resolve: ({ policyBoard }) => policyBoard }),
    lens: t.field({ type: "Address", resolve: ({ lens }) => lens }),
    token: t.field({ type: "Address", resolve: ({ token }) => token }),
    timelock: t.field({
      type: "Address",
      nullable: true,
      description: "The board's first owner, where it is a timelock.",
      resolve: ({ timelock }) => timelock,
    }),
    startBlock: t.field({ type: "BigInt", resolve: ({ startBlock }) => BigInt(startBlock) }),
    genesis: t.field({ type: "DateTime", description: "Start of epoch 1.", resolve: ({ genesis }) => BigInt(genesis) }),
    epochLength: t.int({ description: "Seconds.", resolve: ({ epochLength }) => epochLength }),
    unbondingDelay: t.int({ description: "Seconds.", resolve: ({ unbondingDelay }) => unbondingDelay }),
  }),
});

const MetaType = builder.objectRef<QueryContext>("Meta").implement({
  description: "What the answers of this query are based on.",
  fields: (t) => ({
    chainId: t.int({ resolve: ({ deployment }) => deployment.chainId }),
    block: t.field({
      type: BlockType,
      nullable: true,
      description: "The last block that is indexed; null before the first.",
      resolve: ({ head }) => head,
    }),
    finalizedBlock: t.field({
      type: "BigInt",
      nullable: true,
      description: "Number of the last block that no reorg takes back any more.",
      resolve: ({ finalizedBlock }) => finalizedBlock,
    }),
    lagSeconds: t.float({
      nullable: true,
      description: "How far that block's time is behind the clock of this server; never negative.",
      resolve: ({ head, now }) => (head ? Math.max(0, now() - Number(head.timestamp)) : null),
    }),
    deployment: t.field({ type: DeploymentType, resolve: ({ deployment }) => deployment }),
  }),
});

builder.queryField("meta", (t) => t.field({ type: MetaType, resolve: (_, _args, context) => context }));
