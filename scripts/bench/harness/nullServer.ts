/** A chat endpoint that knows one answer: what is measured against it is the client. Tells its port to the parent process. */
import { createServer } from "node:http";

const body = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "LABEL: transfer" }, finish_reason: "stop" }],
});
const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(body));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") process.send?.(address.port);
});
process.on("disconnect", () => process.exit(0));
