import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { type Account, createWalletClient, type Hex, publicActions, type Transport } from "viem";
import { z } from "zod";

const quantity = z.templateLiteral(["0x", z.string()]);
const transactionSchema = z.looseObject({
  to: quantity.optional(),
  data: quantity.optional(),
  value: quantity.optional(),
  nonce: quantity.optional(),
  gas: quantity.optional(),
  gasPrice: quantity.optional(),
  maxFeePerGas: quantity.optional(),
  maxPriorityFeePerGas: quantity.optional(),
});

const big = (hex: Hex | undefined) => (hex === undefined ? undefined : BigInt(hex));

/** A node that signs what one local account sends. Ignition asks for nothing else. */
export function signingProvider(transport: Transport, account: Account): EIP1193Provider {
  const client = createWalletClient({ account, transport }).extend(publicActions);

  async function send(raw: unknown): Promise<Hex> {
    const { to, data, value, nonce, gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = transactionSchema.parse(raw);
    const fees =
      gasPrice === undefined
        ? { maxFeePerGas: big(maxFeePerGas), maxPriorityFeePerGas: big(maxPriorityFeePerGas) }
        : { gasPrice: big(gasPrice) };
    return client.sendTransaction({
      chain: null,
      to,
      data,
      value: big(value),
      nonce: nonce === undefined ? undefined : Number(nonce),
      gas: big(gas),
      ...fees,
    });
  }

  return {
    async request({ method, params }) {
      if (method === "eth_accounts") return [account.address];
      if (method === "eth_sendTransaction") return send(Array.isArray(params) ? params[0] : undefined);
      return client.transport.request({ method, params });
    },
  };
}
