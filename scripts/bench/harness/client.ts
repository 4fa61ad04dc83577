/** Measures one client and tells the parent process what it cost, or why it could not: `client.ts <client> <endpoint> <folder>`. */
import { clients, isClientName } from "./clients.ts";

const [name, endpoint = "", folder = ""] = process.argv.slice(2);
if (!isClientName(name)) throw new RangeError(`there is no client ${name}; choose ${Object.keys(clients).join(", ")}`);
process.on("disconnect", () => process.exit(1));
const answer = await clients[name]({ endpoint, folder }).catch((error: unknown) => ({ failed: reasonOf(error) }));
process.send?.(answer, () => process.exit(0));

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`.split("\n", 1)[0] ?? "";
}
