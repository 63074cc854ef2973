// Opens a page of the report, filters its people and says how long that took: from the address to the first rows, and
// from the last letter typed to the rows that are left. Starting the browser doesn't count.
import { pathToFileURL } from 'node:url';
import { start } from './page.mjs';

const browser = await start();
const page = await browser.newPage();
const began = performance.now();
await page.goto(pathToFileURL(process.argv[2]).href, { waitUntil: 'load' });
await page.locator('#people-table tbody tr').first().waitFor();
const opened = performance.now();
const whole = await page.locator('#people-status').innerText();
const somebody = await page.locator('#people-table tbody tr th').last().innerText();
const typed = performance.now();
await page.getByLabel('Find', { exact: true }).fill(somebody);
await page.waitForFunction((before) => document.getElementById('people-status').textContent !== before, whole);
const filtered = performance.now();
const left = await page.locator('#people-status').innerText();
await browser.close();
if (left === whole || left.startsWith('No row')) throw new Error(`the filter left '${left}' of '${whole}'`);
console.log(JSON.stringify({ milliseconds: opened - began + filtered - typed, opened: opened - began, filtered: filtered - typed, whole, left }));
