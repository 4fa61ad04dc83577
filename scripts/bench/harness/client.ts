/** Measures one client and tells the parent process: `client.ts <client> <endpoint> <folder>`. */
import { clients, isClientName } from "./clients.ts";

const [name, endpoint = "", folder = ""] = process.argv.slice(2);
if (!isClientName(name)) throw new RangeError(`there is no client ${name}; choose ${Object.keys(clients).join(", ")}`);
process.on("disconnect", () => process.exit(1));
const cost = await clients[name]({ endpoint, folder });
process.send?.(cost, () => process.exit(0));
