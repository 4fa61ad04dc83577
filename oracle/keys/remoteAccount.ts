import {
  type Hex,
  keccak256,
  type LocalAccount,
  parseSignature,
  serializeTransaction,
  stringToHex,
  toPrefixedMessage,
} from "viem";
import { toAccount } from "viem/accounts";
import { completeSignature } from "./completeSignature.ts";
import { type RemoteSigner, SignerFailedError } from "./remoteSigner.ts";
import { parseTypedData, typedDataPreimage } from "./typedDataPreimage.ts";

/** What is signed once at the start; it can be nothing else that anybody would take. */
const trialPreimage = stringToHex("Assay: does this signer hold the key it names?");

/**
 * An account whose key is elsewhere. Every signature is checked against the address before it is handed on.
 * @throws SignerFailedError when the signer does not answer, or signs with another key than it names.
 */
export async function createRemoteAccount(signer: RemoteSigner): Promise<LocalAccount> {
  const account = toAccount(sourceOf(signer));
  await signChecked(signer, trialPreimage);
  return account;
}

function sourceOf(signer: RemoteSigner): Parameters<typeof toAccount>[0] & object {
  const sign = (preimage: Hex) => signChecked(signer, preimage);
  return {
    address: signer.address,
    signMessage: ({ message }) => sign(toPrefixedMessage(message)),
    signTypedData: async (typedData) => sign(typedDataPreimage(parseTypedData(typedData))),
    signTransaction: async (transaction, options) => {
      const serialize = options?.serializer ?? serializeTransaction;
      const signature = await sign(await serialize(transaction));
      return serialize(transaction, parseSignature(signature));
    },
  };
}

async function signChecked(signer: RemoteSigner, preimage: Hex): Promise<Hex> {
  const numbers = await signer.sign(preimage);
  const signature = await completeSignature(keccak256(preimage), numbers, signer.address);
  if (signature === undefined)
    throw new SignerFailedError(
      `${signer.place} gave a signature that is not ${signer.address}'s: it holds another key, or hashes another way`,
    );
  return signature;
}
