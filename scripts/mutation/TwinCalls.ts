import { readFileSync } from "node:fs";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { z } from "zod";
import config from "../../hardhat.config.ts";

const lineSchema = z.tuple([z.string(), z.string()]);
/** A batch of some hundred cases takes a few hundred million. */
const gas = 2n ** 31n;

/** A question to the harness and what both twins answer. */
export interface TwinCall {
  readonly data: string;
  readonly answer: string;
}

type Send = (method: string, params: unknown[]) => Promise<unknown>;

/** The recorded calls of the differential tests, asked again of other code. */
export class TwinCalls {
  readonly calls: readonly TwinCall[];
  readonly #send: Send;
  readonly #reports: Set<number>;
  #places = 0xa55a_0000;

  private constructor(send: Send, calls: readonly TwinCall[], reports: Set<number>) {
    this.#send = send;
    this.calls = calls;
    this.#reports = reports;
  }

  static async open(root: string, file: string): Promise<TwinCalls> {
    const calls = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [data, answer] = lineSchema.parse(JSON.parse(line));
        return { data, answer };
      });
    const reports = new Set<number>();
    const hre = await createHardhatRuntimeEnvironment(config, {}, root);
    hre.hooks.registerHandlers("network", {
      async onCoverageData(_context, tags) {
        for (const tag of tags) reports.add(Number(`0x${tag}`));
      },
    });
    const connection = await hre.network.connect({
      network: "devnet",
      override: { allowUnlimitedContractSize: true, blockGasLimit: gas, hardfork: "cancun" },
    });
    const send: Send = (method, params) => connection.provider.request({ method, params });
    return new TwinCalls(send, calls, reports);
  }

  /** An address that answers with this code. */
  async place(code: string): Promise<string> {
    this.#places += 1;
    const address = `0x${this.#places.toString(16).padStart(40, "0")}`;
    await this.#send("hardhat_setCode", [address, `0x${code}`]);
    return address;
  }

  async clear(address: string): Promise<void> {
    await this.#send("hardhat_setCode", [address, "0x"]);
  }

  async agrees(address: string, { data, answer }: TwinCall): Promise<boolean> {
    return (await this.#ask(address, data)) === answer;
  }

  /** The numbers that the code reports on one call as well; nothing else may be asked meanwhile. */
  async trace(address: string, call: TwinCall): Promise<{ agrees: boolean; sites: ReadonlySet<number> }> {
    this.#reports.clear();
    const agrees = await this.agrees(address, call);
    return { agrees, sites: new Set(this.#reports) };
  }

  async #ask(to: string, data: string): Promise<unknown> {
    try {
      return await this.#send("eth_call", [{ to, data, gas: `0x${gas.toString(16)}` }, "latest"]);
    } catch {
      return "reverted";
    }
  }
}
