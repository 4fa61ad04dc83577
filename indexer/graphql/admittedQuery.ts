import { allAdmissions } from "../queries/allAdmissions.ts";
import { exposureOf, type ModelAdmission } from "../queries/modelAdmission.ts";
import { builder } from "./builder.ts";
import { computedPageCost, listPage } from "./pages.ts";
import { ModelRef } from "./refs.ts";
import { LaneEnum, laneName } from "./stake.ts";

interface AdmittedModel extends ModelAdmission {
  /** Weight of all admitted models together, on this page or not. */
  totalWeight: bigint;
}

const AdmittedModelType = builder.objectRef<AdmittedModel>("AdmittedModel").implement({
  description: "What a router asks for: whom to send requests to, and how many of them.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ row }) => row.model.id }),
    name: t.string({ resolve: ({ row }) => row.model.name }),
    lane: t.field({ type: LaneEnum, resolve: ({ row }) => laneName(row.model.lane) }),
    versionId: t.field({ type: "Bytes32", nullable: true, resolve: ({ row }) => row.version?.id }),
    digest: t.field({
      type: "Bytes32",
      nullable: true,
      description: "sha256 of the manifest: compare before using the endpoint it names.",
      resolve: ({ row }) => row.version?.digest,
    }),
    manifestUri: t.string({
      nullable: true,
      description: "Where the manifest is, which names the endpoint.",
      resolve: ({ row }) => row.version?.manifestUri,
    }),
    weight: t.int({ description: "0 to 100,000,000.", resolve: ({ admission }) => Number(admission.weight) }),
    share: t.float({
      description: "Weight over the weight of all admitted models, 0 to 1.",
      resolve: ({ admission, totalWeight }) =>
        totalWeight === 0n ? 0 : Number(admission.weight) / Number(totalWeight),
    }),
    qualityBps: t.int({ resolve: ({ admission }) => Number(admission.qualityBps) }),
    maturityBps: t.int({ resolve: ({ admission }) => Number(admission.maturityBps) }),
    exposure: t.field({
      type: "BigInt",
      description: "Tokens of loss that its stake covers, smallest unit.",
      resolve: (asked, _, context) => exposureOf(asked, context),
    }),
    validUntil: t.field({
      type: "DateTime",
      description: "The last second until which it stands without a new result, pause, freeze or policy.",
      resolve: ({ admission }) => admission.validUntil,
    }),
    model: t.field({ type: ModelRef, resolve: ({ row }) => row }),
  }),
});

builder.queryField("admitted", (t) =>
  t.connection({
    type: AdmittedModelType,
    description: "The admitted models, heaviest first; computed when read, over at most 10,000 models.",
    args: {
      minWeight: t.arg.int({ description: "Only models of at least this weight." }),
      lane: t.arg({ type: LaneEnum }),
      at: t.arg({
        type: "DateTime",
        description: "Default as in `Model.admission`. Ask for one and the same on all pages of a walk: weights fade.",
      }),
    },
    complexity: computedPageCost,
    resolve: async (_, args, context) => {
      const asked = await allAdmissions(context, undefined, args);
      const admitted = asked.filter(({ admission }) => admission.admitted);
      const totalWeight = admitted.reduce((sum, { admission }) => sum + admission.weight, 0n);
      const minWeight = BigInt(args.minWeight ?? 0);
      const chosen = admitted.filter(
        ({ admission, row }) => admission.weight >= minWeight && (!args.lane || laneName(row.model.lane) === args.lane),
      );
      return listPage(
        args,
        chosen.map((one): AdmittedModel => ({ ...one, totalWeight })),
        {
          keys: [
            { kind: "number", of: ({ admission }) => admission.weight },
            { kind: "number", of: ({ row }) => row.model.id },
          ],
          descending: true,
        },
      );
    },
  }),
);
