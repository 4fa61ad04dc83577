import { fileURLToPath } from "node:url";
import hre from "hardhat";
import { type Hex, isHex, toFunctionSelector } from "viem";
import { z } from "zod";

/** One case or one answer: the words of a static struct. */
export type Row = readonly bigint[];

interface AbiParameter {
  name: string;
  type: string;
  internalType?: string | undefined;
  components?: AbiParameter[] | undefined;
}

const parameter: z.ZodType<AbiParameter> = z.object({
  name: z.string(),
  type: z.string(),
  internalType: z.string().optional(),
  get components() {
    return z.array(parameter).optional();
  },
});

const abiFunction = z.object({
  type: z.literal("function"),
  name: z.string(),
  inputs: z.array(parameter),
  outputs: z.array(parameter),
});

type AbiFunction = z.infer<typeof abiFunction>;

/** A value of a struct: an integer, a flag, hex, or several of them. */
export type StructValue = bigint | boolean | Hex | readonly StructValue[] | { readonly [field: string]: StructValue };

const source = fileURLToPath(new URL("../../contracts/harness/RulesHarness.sol", import.meta.url));
/** A batch is one call; nothing that it costs is measured. */
const gas = 1n << 40n;

/** The rules in Solidity, on a chain of their own inside this process. */
export class RulesHarness {
  readonly #send: (method: string, params: unknown[]) => Promise<unknown>;
  readonly #address: Hex;
  readonly #functions: ReadonlyMap<string, AbiFunction>;
  readonly close: () => Promise<void>;

  private constructor(parts: {
    send: (method: string, params: unknown[]) => Promise<unknown>;
    address: Hex;
    functions: ReadonlyMap<string, AbiFunction>;
    close: () => Promise<void>;
  }) {
    this.#send = parts.send;
    this.#address = parts.address;
    this.#functions = parts.functions;
    this.close = parts.close;
  }

  static async open(): Promise<RulesHarness> {
    await hre.solidity.build([source], { quiet: true });
    const { abi } = await hre.artifacts.readArtifact("RulesHarness");
    const functions = z
      .array(z.unknown())
      .parse(abi)
      .flatMap((item) => abiFunction.safeParse(item).data ?? []);
    const connection = await hre.network.connect({
      network: "devnet",
      override: { allowUnlimitedContractSize: true, blockGasLimit: gas, hardfork: "cancun" },
    });
    const { address } = await connection.viem.deployContract("RulesHarness", [], { gas: 100_000_000n });
    return new RulesHarness({
      send: (method, params) => connection.provider.request({ method, params }),
      address,
      functions: new Map(functions.map((item) => [item.name, item])),
      close: () => connection.close(),
    });
  }

  /** Calls a function whose arguments and answer are arrays of static structs. Throws what the call reverts with. */
  async call(name: string, ...args: readonly (readonly Row[])[]): Promise<Row[]> {
    const called = this.#function(name);
    const answer = await this.#send("eth_call", [
      { to: this.#address, data: encodeCall(called, args), gas: `0x${gas.toString(16)}` },
      "latest",
    ]);
    if (!isHex(answer)) throw new TypeError(`${name} answered no bytes`);
    return decodeRows(
      answer,
      called.outputs.reduce((width, output) => width + wordsOf(output), 0),
    );
  }

  /** The words of a struct's value, in the order of the fields in Solidity. `path` names a function's argument. */
  row(name: string, argument: number, value: StructValue): Row {
    const input = this.#function(name).inputs[argument];
    if (input === undefined) throw new RangeError(`${name} has no argument ${argument}`);
    return flatten(element(input), value);
  }

  #function(name: string): AbiFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw new RangeError(`RulesHarness has no function ${name}`);
    return found;
  }
}

/** An array's element as a parameter. */
function element(array: AbiParameter): AbiParameter {
  return { ...array, type: array.type.replace(/\[\]$/, "") };
}

/** Words of a static type (of an array: of its element). */
function wordsOf(parameter: AbiParameter): number {
  const fixed = /\[(\d+)\]$/.exec(parameter.type.replace(/\[\]$/, ""))?.[1];
  const single = parameter.components?.reduce((width, component) => width + wordsOf(component), 0) ?? 1;
  return single * Number(fixed ?? 1);
}

function flatten(parameter: AbiParameter, value: StructValue): bigint[] {
  if (Array.isArray(value)) {
    const single = { ...parameter, type: parameter.type.replace(/\[\d*\]$/, "") };
    return value.flatMap((item: StructValue) => flatten(single, item));
  }
  if (typeof value === "bigint") return [value];
  if (typeof value === "boolean") return [value ? 1n : 0n];
  if (typeof value === "string") return [BigInt(value)];
  const fields = new Map(Object.entries(value));
  return (parameter.components ?? []).flatMap((component) => {
    const field = fields.get(component.name);
    if (field === undefined) throw new RangeError(`a case lacks the field ${component.name}`);
    return flatten(component, field);
  });
}

function digits(word: bigint): string {
  return word.toString(16).padStart(64, "0");
}

function encodeCall(called: AbiFunction, args: readonly (readonly Row[])[]): Hex {
  const selector = toFunctionSelector({ ...called, stateMutability: "view" });
  const heads: string[] = [];
  const tails: string[] = [];
  let offset = 32 * args.length;
  for (const rows of args) {
    heads.push(digits(BigInt(offset)));
    tails.push(digits(BigInt(rows.length)), ...rows.flat().map(digits));
    offset += 32 * (1 + rows.reduce((width, row) => width + row.length, 0));
  }
  return `${selector}${heads.join("")}${tails.join("")}`;
}

/** The rows of an answer that is one array of static structs. */
function decodeRows(answer: Hex, width: number): Row[] {
  const body = answer.slice(2 + 2 * 64);
  const rows: Row[] = [];
  for (let start = 0; start < body.length; start += 64 * width) {
    rows.push(
      Array.from({ length: width }, (_, word) => BigInt(`0x${body.slice(start + 64 * word, start + 64 * (word + 1))}`)),
    );
  }
  return rows;
}
