// Connect-MgGraph signs in to a certified OpenID provider over TLS. One PowerShell runs all cases and says what came of
// each; what it should be stands here.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { useCode } from './browser.mjs';
import { start } from './provider.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '..', '..', '..');

function browserProgram(folder) {
  const script = join(here, 'browser.mjs');
  if (process.platform === 'win32') {
    const file = join(folder, 'browser.cmd');
    writeFileSync(file, `@"${process.execPath}" "${script}" %1`);
    return file;
  }
  const file = join(folder, 'browser.sh');
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$1"\n`);
  chmodSync(file, 0o700);
  return file;
}

/** Runs the cases, and gives what came of each by its name, and everything that was said. */
async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'mglicense-oidc-'));
  const shell = spawn('dotnet', ['pwsh', '-NoProfile', '-NonInteractive', '-File', join(here, 'cases.ps1'), '-Folder', folder], {
    cwd: repository,
    env: { ...process.env, BROWSER: browserProgram(folder), MGLICENSE_SETTINGS: join(folder, 'settings') },
  });
  const found = new Map();
  let said = '';
  let provider;
  let ended = false;
  const approvals = [];
  shell.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  for await (const line of createInterface({ input: shell.stdout })) {
    said += `${line}\n`;
    let told;
    try { told = JSON.parse(line); } catch { continue; }
    if (told.ready) {
      provider = await start({
        key: readFileSync(join(folder, 'server.key')),
        cert: readFileSync(join(folder, 'server.pem')),
        jwk: told.jwk,
        onDeviceCode: (client, body) => {
          if (client === 'device-silent') return;
          approvals.push(useCode(body.verification_uri, body.user_code, client !== 'device-decline').catch((error) => { said += `approval: ${error.stack}\n`; }));
        },
      });
      shell.stdin.write(`${provider.port}\n`);
    } else if (told.name) {
      found.set(told.name, told);
    } else if (told.ended) {
      ended = true;
    }
  }
  await Promise.all(approvals);
  provider?.stop();
  rmSync(folder, { recursive: true, force: true });
  return { found, said, ended, counts: provider?.counts };
}

const { found, said, ended, counts } = await run();

/** What came of a case. */
function outcome(name) {
  assert.ok(found.has(name), `${name} was not reached:\n${said}`);
  return found.get(name);
}

function signsIn(name, expected) {
  test(`signs in: ${name}`, () => {
    const { error, ...told } = outcome(name);
    assert.equal(error, null);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(told[key], value, `${key} of ${name}`);
  });
}

function fails(name, ...patterns) {
  test(`is refused: ${name}`, () => {
    const { error, connected } = outcome(name);
    assert.equal(connected, false, 'a failed sign-in leaves nobody connected');
    for (const pattern of patterns) assert.match(error ?? '', pattern);
  });
}

signsIn('client secret', { clientId: 'secret', authType: 'AppOnly', credential: 'ClientSecret', user: 'secret' });
signsIn('private-key JWT, certificate as an object', { clientId: 'key', credential: 'ClientCertificate', user: 'key' });
signsIn('private-key JWT, certificate in the store', { clientId: 'key', credential: 'ClientCertificate', user: 'key' });
signsIn('device code', { clientId: 'device', authType: 'Delegated', credential: 'DeviceCode', scopes: ['User.Read', 'openid', 'profile', 'offline_access'] });
signsIn('authorization code with PKCE', { clientId: 'person', authType: 'Delegated', credential: 'InteractiveBrowser', account: 'ada@contoso.com' });
signsIn('a token that ends is renewed, by secret', { user: 'short', calls: 6 });
signsIn('a token that ends is renewed, by refresh token', { calls: 3 });

fails('wrong secret', /credentials of application secret are not accepted/, /invalid_client/);
fails('a key of another certificate', /credentials of application key are not accepted/);
fails('wrong audience', /audience \(aud\) must equal the issuer|credentials of application key-strict are not accepted/);
fails('device code declined', /declined|access_denied/);
fails('device code not used in time', /not used in time/);
fails('consent refused in the browser', /declined/, /access_denied/);
fails('unknown application', /invalid_client/);
fails('a certificate nobody trusts', /certificate/);

test('an expired refresh token asks for a new sign-in', () => {
  const { error } = outcome('expired refresh token');
  assert.match(error ?? '', /Sign in again|not valid any more|has ended/);
});

test('a token of another provider is refused by the service, in its own words', () => {
  assert.match(outcome('a token of another provider').error ?? '', /InvalidAuthenticationToken/);
});

test('no secret and no token is ever shown', () => {
  assert.ok(ended, said);
  assert.ok(counts.grants >= 8, `the provider gave ${counts.grants} tokens`);
  assert.doesNotMatch(said, /secret-canary-of-the-provider|-----BEGIN [A-Z ]*PRIVATE/);
  assert.match(said, /Signing in at https:\/\/localhost/, 'verbose messages are among what was searched');
});
