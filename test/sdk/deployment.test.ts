import { expect, test } from "vitest";
import { InvalidDeploymentError, parseDeployment } from "../../sdk/index.ts";

const valid = {
  chainId: 31_337,
  assay: "0x0165878a594ca255338adfa4d48449f69242eb8f",
  vault: "0x5fbdb2315678afecb367f032d93f642f64180aa3",
  court: "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512",
  inspector: "0xdc64a140aa3e981100a9beca4e685f962f0cf6c9",
  policyBoard: "0xcf7ed3acca5a467e9e704c703e8d87f634fb0fc9",
  lens: "0xa513e6e4b8f2a923d98304ec87f64353c4d5c853",
  token: "0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0",
  startBlock: 0,
  genesis: 1_800_000_000,
  epochLength: 86_400,
  unbondingDelay: 1_209_600,
};

test("default: addresses come back with their checksum", () => {
  expect(parseDeployment(JSON.stringify(valid))).toEqual({
    ...valid,
    assay: "0x0165878A594ca255338adfa4d48449f69242Eb8F",
    vault: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    court: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
    inspector: "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
    policyBoard: "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9",
    lens: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853",
    token: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
  });
});

test.each([
  ["an unknown field", { ...valid, assey: "0x" }, /Unrecognized key: "assey"/],
  ["an address that is none", { ...valid, assay: "0x01" }, /d\.json: assay: must be a 20-byte hex address/],
  ["a missing field", { ...valid, lens: undefined }, /d\.json: lens: /],
  ["an epoch of no length", { ...valid, epochLength: 0 }, /d\.json: epochLength: /],
])("error: %s is refused in one line", (_, json, words) => {
  const parse = () => parseDeployment(JSON.stringify(json), "d.json");
  expect(parse).toThrow(InvalidDeploymentError);
  expect(parse).toThrow(words);
});

test("error: what is not JSON is refused", () => {
  expect(() => parseDeployment("{", "d.json")).toThrow(
    new InvalidDeploymentError("d.json is not JSON: write it with assay deploy, do not edit it by hand"),
  );
});
