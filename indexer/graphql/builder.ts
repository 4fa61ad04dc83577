import SchemaBuilder from "@pothos/core";
import ComplexityPlugin from "@pothos/plugin-complexity";
import DataloaderPlugin from "@pothos/plugin-dataloader";
import RelayPlugin from "@pothos/plugin-relay";
import type { Hex } from "viem";
import type { QueryContext } from "../queries/QueryContext.ts";
import { maxCost } from "./bounds.ts";
import { QueryError } from "./errors.ts";
import { AddressScalar, BigIntScalar, Bytes32Scalar, DateTimeScalar } from "./scalars.ts";

interface SchemaTypes {
  Context: QueryContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Connection: { totalCount: () => Promise<number> };
  Scalars: {
    BigInt: { Input: bigint; Output: bigint };
    Address: { Input: Hex; Output: Hex };
    Bytes32: { Input: Hex; Output: Hex };
    /** Unix seconds. */
    DateTime: { Input: bigint; Output: bigint };
    ID: { Input: string; Output: string };
  };
}

/** A list inside a connection costs nothing by itself: the connection's page size is its factor. */
const free = { field: 0, multiplier: 1 } as const;

export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: "String",
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: { nullable: false, complexity: free },
    nodeFieldOptions: { nullable: false },
    nodesOnConnection: { complexity: free },
    beforeArgOptions: { description: "Only items before this cursor." },
    afterArgOptions: { description: "Only items after this cursor." },
    firstArgOptions: { description: "Page size from the front, 1 to 100; 20 without it." },
    lastArgOptions: { description: "Page size from the back, 1 to 100." },
  },
  complexity: {
    limit: { complexity: maxCost },
    complexityError: (_, { complexity, maxComplexity }) =>
      new QueryError(
        "QUERY_TOO_COSTLY",
        `The query costs ${complexity}, at most ${maxComplexity} is allowed: ask for fewer fields or smaller pages`,
      ),
  },
});

builder.addScalarType("BigInt", BigIntScalar);
builder.addScalarType("Address", AddressScalar);
builder.addScalarType("Bytes32", Bytes32Scalar);
builder.addScalarType("DateTime", DateTimeScalar);

builder.globalConnectionField("totalCount", (t) =>
  t.int({
    description: "Number of items on all pages.",
    resolve: (connection) => connection.totalCount(),
  }),
);

builder.queryType({});
