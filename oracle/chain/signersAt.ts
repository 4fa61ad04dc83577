import { type Address, getAddress, type PublicClient, size, sliceHex } from "viem";

/** The signing keys of a seat list, in its order, from its pointer: the code is a zero byte, then 20 bytes a seat. None without code. */
export async function signersAt(client: PublicClient, pointer: Address): Promise<Address[]> {
  const code = (await client.getCode({ address: pointer })) ?? "0x00";
  const seats = Math.floor((size(code) - 1) / 20);
  return Array.from({ length: seats }, (_, i) => getAddress(sliceHex(code, 1 + 20 * i, 21 + 20 * i)));
}
