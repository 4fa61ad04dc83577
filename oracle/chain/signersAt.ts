import { type Address, getAddress, type PublicClient, size, sliceHex } from "viem";

/** The signers of all seats, in seat order, from a seats pointer: its code is a zero byte, then 20 bytes a seat. */
export async function signersAt(client: PublicClient, pointer: Address): Promise<Address[]> {
  const code = (await client.getCode({ address: pointer })) ?? "0x00";
  const seats = Math.floor((size(code) - 1) / 20);
  return Array.from({ length: seats }, (_, i) => getAddress(sliceHex(code, 1 + 20 * i, 21 + 20 * i)));
}
