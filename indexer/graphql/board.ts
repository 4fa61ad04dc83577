import { zeroAddress } from "viem";
import { type BoardRow, boardRow, isPausedAt } from "../queries/boardRow.ts";
import { headTime } from "../queries/policies.ts";
import { builder } from "./builder.ts";

const known = (address: BoardRow["owner"]) => (address === zeroAddress ? null : address);

const BoardType = builder.objectRef<BoardRow>("Board").implement({
  description: "Who can change what. Policies stand in `policies`, seats in `evaluators`.",
  fields: (t) => ({
    owner: t.field({
      type: "Address",
      nullable: true,
      description:
        "Announces policies and seats evaluators; a timelock where it is to be trusted. Null: nobody any more.",
      resolve: ({ owner }) => known(owner),
    }),
    guardian: t.field({
      type: "Address",
      nullable: true,
      description: "Can pause new freezes, releases and admissions of newcomers for seven days; null: nobody.",
      resolve: ({ guardian }) => known(guardian),
    }),
    paused: t.boolean({
      description: "Whether a pause is on at the last indexed block.",
      resolve: (row, _, context) => isPausedAt(row, headTime(context)),
    }),
    pausedUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "End of the last pause; null if there was none.",
      resolve: ({ pausedUntil }) => pausedUntil || null,
    }),
  }),
});

builder.queryField("board", (t) => t.field({ type: BoardType, resolve: (_, _args, context) => boardRow(context) }));
