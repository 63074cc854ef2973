// Serves the sample tenant over TLS with the plain binary and runs the tests of this folder in a process that trusts its
// certificate: Node reads the roots it trusts when it starts.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.MGLICENSE_TENANT_BINARY;
if (!binary) {
  throw new Error("MGLICENSE_TENANT_BINARY names no server; run this through build.ps1 Test -Suite Clients");
}
const folder = mkdtempSync(join(tmpdir(), "mglicense-node-"));
const server = spawn(
  binary,
  [join(folder, "contoso.mgtenant"), "--sample", "--tls", "--until-input-ends", "--settings", '{"requestLog":"all"}'],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const { value: line } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
if (!line) {
  throw new Error(`${binary} ended without a word`);
}
const told = JSON.parse(line);
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.mjs"));
const tests = spawn(process.execPath, ["--test", "--test-reporter=tap", ...files], {
  cwd: import.meta.dirname,
  stdio: "inherit",
  env: { ...process.env, NODE_EXTRA_CA_CERTS: told.certificatePath, MGLICENSE_SERVED: line },
});
const code = await new Promise((resolve) => tests.on("close", resolve));
server.stdin.end();
await new Promise((resolve) => server.on("close", resolve));
rmSync(folder, { recursive: true, force: true });
process.exit(code ?? 1);
