import { readFileSync } from "node:fs";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { z } from "zod";
import config from "../../hardhat.config.ts";
import type { CompiledContract } from "./compiler.ts";

const lineSchema = z.tuple([z.string(), z.string()]);
const address = "0x00000000000000000000000000000000000a55a4";
/** A batch of some hundred cases takes a few hundred million. */
const gas = 2n ** 33n;

interface TwinCall {
  readonly data: string;
  readonly answer: string;
}

type Send = (method: string, params: unknown[]) => Promise<unknown>;

/** The recorded calls of the differential tests, asked again of other code. */
export class TwinCalls {
  readonly #send: Send;
  /** By selector, the one that found most differences first. */
  #rules: { readonly selector: string; readonly calls: readonly TwinCall[]; found: number }[];

  private constructor(send: Send, calls: readonly TwinCall[]) {
    this.#send = send;
    const bySelector = Map.groupBy(calls, ({ data }) => data.slice(0, 10));
    this.#rules = [...bySelector].map(([selector, ofRule]) => ({ selector, calls: ofRule, found: 0 }));
  }

  static async open(root: string, file: string): Promise<TwinCalls> {
    const calls = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [data, answer] = lineSchema.parse(JSON.parse(line));
        return { data, answer };
      });
    const hre = await createHardhatRuntimeEnvironment(config, {}, root);
    const connection = await hre.network.connect({
      network: "devnet",
      override: { allowUnlimitedContractSize: true, blockGasLimit: gas, hardfork: "cancun" },
    });
    return new TwinCalls((method, params) => connection.provider.request({ method, params }), calls);
  }

  /** The function of the harness that answers one of the calls differently, if one does. */
  async firstDifference({ evm }: CompiledContract): Promise<string | undefined> {
    await this.#send("hardhat_setCode", [address, `0x${evm.deployedBytecode.object}`]);
    for (const rule of this.#rules) {
      for (const call of rule.calls) {
        if ((await this.#ask(call.data)) === call.answer) continue;
        rule.found += 1;
        this.#rules = this.#rules.toSorted((a, b) => b.found - a.found);
        const names = Object.entries(evm.methodIdentifiers);
        return (
          names.find(([, selector]) => `0x${selector}` === rule.selector)?.[0].replace(/\(.*/, "") ?? rule.selector
        );
      }
    }
    return undefined;
  }

  async #ask(data: string): Promise<unknown> {
    try {
      return await this.#send("eth_call", [{ to: address, data, gas: `0x${gas.toString(16)}` }, "latest"]);
    } catch {
      return "reverted";
    }
  }
}
