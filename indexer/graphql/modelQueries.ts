import { and, eq, ilike, inArray } from "ponder";
import type { Hex } from "viem";
import type { AdmissionState } from "../../domain/admission.ts";
import { lanes } from "../../domain/memory.ts";
import * as tables from "../ponder.schema.ts";
import { allAdmissions } from "../queries/allAdmissions.ts";
import type { AdmissionWish } from "../queries/modelAdmission.ts";
import { type ModelRow, selectModels } from "../queries/modelRows.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { AdmissionStateEnum } from "./admission.ts";
import { maxPageSize } from "./bounds.ts";
import { builder } from "./builder.ts";
import { QueryError } from "./errors.ts";
import {
  computedPageCost,
  type KeyColumn,
  listPage,
  type PageArguments,
  pageCost,
  type SQL,
  tablePage,
} from "./pages.ts";
import { ModelConnection, ModelRef } from "./refs.ts";
import { type Lane, LaneEnum } from "./stake.ts";

const ModelOrderEnum = builder.enumType("ModelOrder", {
  description: "Order of models; the weight is computed when read, over at most 10,000 models.",
  values: ["idAsc", "idDesc", "nameAsc", "nameDesc", "weightAsc", "weightDesc"] as const,
});
type ModelOrder = (typeof ModelOrderEnum)["$inferType"];

interface ModelFilter {
  ids?: bigint[] | null | undefined;
  owner?: Hex | null | undefined;
  lane?: Lane | null | undefined;
  nameContains?: string | null | undefined;
  state?: AdmissionState | null | undefined;
  admitted?: boolean | null | undefined;
}

const ModelFilterInput = builder.inputType("ModelFilter", {
  description: "All that are given must hold. State and admission are computed when read, over at most 10,000 models.",
  fields: (t) => ({
    ids: t.field({ type: ["BigInt"], description: "At most 100." }),
    owner: t.field({ type: "Address" }),
    lane: t.field({ type: LaneEnum }),
    nameContains: t.string({ description: "Upper and lower case are the same; at most 64 characters." }),
    state: t.field({ type: AdmissionStateEnum }),
    admitted: t.boolean(),
  }),
});

/** LIKE's own signs in a text that is to be found as it is. */
const literally = (text: string) => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);

/** The part of a filter that the database decides. */
function storedCondition({ ids, owner, lane, nameContains }: ModelFilter): SQL | undefined {
  if (ids && ids.length > maxPageSize) {
    throw new QueryError("BAD_INPUT", `where.ids has ${ids.length} ids, at most ${maxPageSize} are allowed`);
  }
  if (nameContains && nameContains.length > 64) {
    throw new QueryError(
      "BAD_INPUT",
      `where.nameContains has ${nameContains.length} characters, at most 64 are allowed`,
    );
  }
  if (nameContains?.includes("\0")) {
    throw new QueryError(
      "BAD_INPUT",
      "where.nameContains has a NUL character, which no name is kept with: leave it out",
    );
  }
  const { model } = tables;
  return and(
    ids ? inArray(model.id, ids) : undefined,
    owner ? eq(model.owner, owner) : undefined,
    lane ? eq(model.lane, lanes[lane]) : undefined,
    nameContains ? ilike(model.name, `%${literally(nameContains)}%`) : undefined,
  );
}

const isSet = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;

function isComputed(where: ModelFilter, order: ModelOrder): boolean {
  return order.startsWith("weight") || isSet(where.state) || isSet(where.admitted);
}

const idKey: KeyColumn<ModelRow> = { column: tables.model.id, kind: "number", of: ({ model }) => model.id };
const nameKey: KeyColumn<ModelRow> = { column: tables.model.name, kind: "text", of: ({ model }) => model.name };

function countModels({ db, deployment }: QueryContext, where: SQL | undefined): Promise<number> {
  const { model } = tables;
  return db.$count(model, and(eq(model.chainId, deployment.chainId), where));
}

/** A page in an order that the database knows. */
function storedPage(context: QueryContext, args: PageArguments, where: SQL | undefined, order: ModelOrder) {
  return tablePage<ModelRow>(args, {
    keys: order.startsWith("name") ? [nameKey, idKey] : [idKey],
    descending: order.endsWith("Desc"),
    rows: selectModels(context),
    where,
    totalCount: () => countModels(context, where),
  });
}

/** A page by what is computed when read. */
async function computedPage(
  context: QueryContext,
  args: PageArguments & AdmissionWish & { where: ModelFilter },
  order: ModelOrder,
) {
  const { state, admitted } = args.where;
  const asked = await allAdmissions(context, storedCondition(args.where), args);
  const chosen = asked.filter(
    ({ admission }) =>
      (!isSet(state) || admission.state === state) && (!isSet(admitted) || admission.admitted === admitted),
  );
  const weights = new Map(chosen.map(({ row, admission }) => [row.model.id, admission.weight]));
  const weightKey = { kind: "number", of: ({ model }: ModelRow) => weights.get(model.id) ?? 0n } as const;
  const rows = chosen.map(({ row }) => row);
  const first = order.startsWith("weight") ? [weightKey] : order.startsWith("name") ? [nameKey] : [];
  return listPage(args, rows, { keys: [...first, idKey], descending: order.endsWith("Desc") });
}

builder.queryField("models", (t) =>
  t.connection(
    {
      type: ModelRef,
      args: {
        where: t.arg({ type: ModelFilterInput }),
        orderBy: t.arg({ type: ModelOrderEnum, defaultValue: "idAsc" }),
        at: t.arg({
          type: "DateTime",
          description: "Time for which `where` and `orderBy` are computed; default as in `Model.admission`.",
        }),
        policyId: t.arg({
          type: "BigInt",
          description: "Policy under which they are computed; default: the one in force.",
        }),
      },
      complexity: (args) =>
        isComputed(args.where ?? {}, args.orderBy ?? "idAsc") ? computedPageCost(args) : pageCost(args),
      resolve: (_, args, context) => {
        const where = args.where ?? {};
        const order = args.orderBy ?? "idAsc";
        if (!isComputed(where, order)) return storedPage(context, args, storedCondition(where), order);
        return computedPage(context, { ...args, where }, order);
      },
    },
    ModelConnection,
  ),
);

builder.queryField("model", (t) =>
  t.field({
    type: ModelRef,
    nullable: true,
    description: "Null when there is no such model.",
    args: { id: t.arg({ type: "BigInt", required: true }) },
    resolve: async (_, { id }, context) => {
      const [row] = await selectModels(context).where(eq(tables.model.id, id)).limit(1);
      return row;
    },
  }),
);
