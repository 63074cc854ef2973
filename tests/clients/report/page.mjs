// What the tests of the report share: a browser, and pages made by the module.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..', '..', '..');

// Makes the pages in a folder of their own, which the caller removes.
export const make = (...more) => {
  const folder = mkdtempSync(join(tmpdir(), 'mglicense-page-'));
  execFileSync('dotnet', ['pwsh', '-NoProfile', '-NonInteractive', '-File', join(here, 'make.ps1'),
    '-Module', process.env.MGLICENSE_TEST_MODULE ?? join(root, 'out', 'MgLicense'), '-Folder', folder, ...more], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return { folder, url: (name) => pathToFileURL(join(folder, name)).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

// Starts Chromium: the one that MGLICENSE_CHROMIUM names, else the system's.
export const start = () => {
  const path = [process.env.MGLICENSE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((found) => found && existsSync(found));
  if (!path) throw new Error('There is no Chromium: install it, or name one in MGLICENSE_CHROMIUM.');
  // Without a user namespace, as in a container, Chromium has no sandbox to give.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });
};
