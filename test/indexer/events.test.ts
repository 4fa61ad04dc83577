import { globSync, readFileSync } from "node:fs";
import type { Abi } from "viem";
import { expect, test } from "vitest";
import { assayAbi, assayVaultAbi, courtAbi, inspectorAbi, policyBoardAbi } from "../../sdk/index.ts";

const root = new URL("../../indexer/src/", import.meta.url).pathname;

const abis: Record<string, Abi> = {
  Assay: assayAbi,
  AssayVault: assayVaultAbi,
  Court: courtAbi,
  Inspector: inspectorAbi,
  PolicyBoard: policyBoardAbi,
};

/** What says nothing that any row tells: allowances, the contracts' own names, and what an event of ours tells better. */
const passedOver = [
  "Assay:Approval",
  "Assay:ApprovalForAll",
  "Assay:EIP712DomainChanged",
  "AssayVault:Approval",
  "AssayVault:OperatorSet",
  "Court:EIP712DomainChanged",
  "Court:Ruling",
  "PolicyBoard:Connected",
  "PolicyBoard:EIP712DomainChanged",
];

test("default: every event of the contracts is folded in, or passed over by name", () => {
  const sources = globSync("*.ts", { cwd: root }).map((file) => readFileSync(`${root}${file}`, "utf8"));
  const handled = sources.flatMap((text) => [...text.matchAll(/ponder\.on\("(\w+:\w+)"/g)].map(([, name]) => name));
  const events = Object.entries(abis).flatMap(([contract, abi]) =>
    abi.flatMap((item) => (item.type === "event" ? [`${contract}:${item.name}`] : [])),
  );
  expect([...handled, ...passedOver].sort()).toEqual([...events, "Head:block"].sort());
});
