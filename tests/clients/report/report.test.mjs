// The report in a real browser: its figures are the tenant's, its tables sort and filter, it can be used with the
// keyboard alone, axe finds nothing serious, and names that hold HTML stay names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { make, start } from './page.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let pages;
let browser;
let expected;

before(async () => {
  pages = make();
  expected = JSON.parse(readFileSync(join(pages.folder, 'expected.json'), 'utf8'));
  browser = await start();
});

after(async () => {
  await browser?.close();
  pages?.remove();
});

// A page with what went wrong on it. Axe is let in past the page's own rule for scripts.
const open = async (name = 'people.html', options = {}, use = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.requested = [];
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('request', (request) => page.requested.push(request.url()));
  await page.goto(pages.url(name), use);
  return page;
};
const texts = (page, selector) => page.locator(selector).allInnerTexts();
const close = (page) => page.context().close();

test('figures on the page are the tenant\'s', async () => {
  const page = await open();
  for (const seats of expected.seats) {
    const row = page.locator(`tr[data-sku="${seats.SkuId}"]`);
    const numbers = (await row.locator('td.number').allInnerTexts()).map((text) => Number.parseInt(text, 10));
    assert.deepEqual(numbers, [seats.Enabled, seats.Warning, seats.Suspended, seats.Assigned, seats.Free, seats.Waiting], seats.ProductName);
  }
  assert.equal(await page.locator('#products-table tbody tr').count(), expected.seats.length);
  const held = expected.assignments.filter((row) => !['None', 'Error'].includes(row.State));
  assert.equal(await page.locator('#figure-people').innerText(), String(new Set(expected.assignments.map((row) => row.UserPrincipalName)).size));
  assert.equal(await page.locator('#figure-licensed').innerText(), String(new Set(held.map((row) => row.UserPrincipalName)).size));
  assert.equal(await page.locator('#figure-assigned').innerText(), String(expected.seats.reduce((sum, seats) => sum + seats.Assigned, 0)));
  const findings = await page.locator('#findings-table tbody tr').evaluateAll((rows) => rows.map((row) => `${row.dataset.kind} ${row.cells[0].innerText} ${row.cells[2].innerText}`));
  assert.deepEqual(findings.sort(), expected.findings.map((found) => `${found.Kind} ${found.Severity} ${found.Count}`).sort());
  assert.match(await page.locator('#people-status').innerText(), new RegExp(`of ${expected.assignments.length}$`));
  await close(page);
});

test('a table sorts by number and by text, up and down', async () => {
  const page = await open();
  const assigned = async () => (await texts(page, '#products-table tbody tr td:nth-child(6)')).map(Number);
  const head = page.getByRole('button', { name: 'Assigned' });
  await head.click();
  const up = await assigned();
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  assert.equal(await page.locator('#products-table th[aria-sort="ascending"]').innerText(), 'Assigned');
  await head.click();
  assert.deepEqual(await assigned(), [...up].reverse());
  await close(page);
});

test('the list of people sorts, filters, turns its pages and says where it is', async () => {
  const page = await open();
  const status = page.locator('#people-status');
  await page.locator('#people-table').getByRole('button', { name: 'Account', exact: true }).click();
  await page.locator('#people-table').getByRole('button', { name: 'Account', exact: true }).click();
  assert.equal((await texts(page, '#people-table tbody tr:first-child th'))[0], 'zoe@contoso.com');
  await page.getByLabel('Find', { exact: true }).fill('user12');
  await page.waitForFunction(() => document.getElementById('people-status').textContent.startsWith('Rows 1 to 11'));
  assert.match(await status.innerText(), /of 11$/); // user12 and user120 to user129
  await page.getByLabel('Find', { exact: true }).fill('user12 visio');
  await page.waitForFunction(() => document.getElementById('people-status').textContent === 'No row is like that.');
  await page.getByLabel('Find', { exact: true }).fill('artists');
  await page.waitForFunction(() => document.getElementById('people-status').textContent.endsWith('of 2'));
  await page.getByLabel('Find', { exact: true }).fill('');
  await page.getByLabel('State', { exact: true }).selectOption({ label: 'Error' });
  await page.waitForFunction(() => document.getElementById('people-status').textContent.endsWith('of 1'));
  await page.getByLabel('State', { exact: true }).selectOption({ label: 'all' });
  await page.getByRole('button', { name: 'Last', exact: true }).click();
  await page.waitForFunction(() => document.getElementById('people-page').textContent.startsWith('Page 2'));
  assert.match(await page.locator('#people-page').innerText(), /^Page 2 of 2$/);
  assert.equal(await page.getByRole('button', { name: 'Next', exact: true }).isDisabled(), true);
  await page.getByRole('button', { name: 'First', exact: true }).click();
  // A filter takes a moment to be applied. What is done within that moment counts after it, and lasts.
  await page.getByLabel('Find', { exact: true }).fill('user');
  await page.evaluate(() => document.getElementById('people-last').click());
  assert.match(await page.locator('#people-page').innerText(), /^Page 2 of 2$/);
  await page.waitForTimeout(400);
  assert.match(await page.locator('#people-page').innerText(), /^Page 2 of 2$/);
  await close(page);
});

test('everything can be reached and used with the keyboard alone', async () => {
  const page = await open();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the report');
  await page.keyboard.press('Enter');
  const walked = new Set();
  for (let steps = 0; steps < 200; steps += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const here = document.activeElement;
      if (here === document.body) return null;
      const box = here.getBoundingClientRect();
      return { id: here.id || here.textContent.trim(), seen: box.width > 0 && getComputedStyle(here).outlineStyle !== 'none' };
    });
    if (!at) break;
    assert.ok(at.seen, `the focus on '${at.id}' can be seen`);
    walked.add(at.id);
  }
  for (const wanted of ['products-filter', 'findings-filter', 'groups-filter', 'people-filter', 'people-product', 'people-state', 'people-size', 'people-next', 'Assigned', 'Source']) {
    assert.ok(walked.has(wanted), `${wanted} is on the way`);
  }
  await page.getByRole('button', { name: 'Bought' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#products-table th[aria-sort="ascending"]').innerText(), 'Bought');
  const summary = page.locator('details summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  await page.locator('details[open] li').first().waitFor();
  await close(page);
});

for (const [colours, width] of [['light', 1280], ['dark', 1280], ['light', 390]]) {
  test(`axe finds nothing serious in ${colours}, ${width} wide`, async () => {
    const page = await open('people.html', { colorScheme: colours, viewport: { width, height: 900 }, bypassCSP: true });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const bad = violations.filter((found) => ['serious', 'critical'].includes(found.impact));
    assert.deepEqual(bad.map((found) => `${found.id}: ${found.nodes[0].html}`), []);
    // The page itself never scrolls sideways; wide tables do so inside their frames.
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    if (process.env.MGLICENSE_SCREENSHOTS) {
      await page.screenshot({ path: join(process.env.MGLICENSE_SCREENSHOTS, `${colours}-${width}.png`), fullPage: width < 500 ? false : true });
    }
    await close(page);
  });
}

test('a page of which half could not be read says so, and never shows a part as the whole', async () => {
  const page = await open('partial.html');
  assert.match(await page.locator('#partial').innerText(), /This report is partial/);
  assert.equal(await page.locator('#partial').getAttribute('role'), 'alert');
  const counts = await page.locator('#findings-table tbody tr:has(th:text-is("Disabled")) td.number').allInnerTexts();
  assert.equal(counts.length, 1);
  assert.match(counts[0], /^≥ \d+$/);
  assert.ok((await page.locator('#products-table tbody tr td:nth-child(8)').allInnerTexts()).every((text) => text === 'unknown'));
  await close(page);
});

test('names that hold HTML stay names, and nothing is asked of a network', async () => {
  for (const name of ['people.html', 'plain.html']) {
    const page = await open(name);
    assert.equal(await page.evaluate(() => window.hurt), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.match(await page.locator('h1').innerText(), /<img src=x onerror="window\.hurt = 1">/);
    assert.match((await texts(page, '#groups-table tbody th'))[0], /<script>window\.hurt = 2/);
    assert.deepEqual(page.requested, [pages.url(name)]);
    assert.deepEqual(page.faults, []);
    await close(page);
  }
});

test('a page without personal data names nobody', async () => {
  const page = await open('plain.html');
  assert.doesNotMatch(await page.content(), /@contoso\.com/);
  assert.equal(await page.locator('#people').count(), 0);
  await close(page);
});

test('on paper every row is there, and no tool', async () => {
  const page = await open();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.locator('#people-table tbody tr').count(), expected.assignments.length);
  assert.equal(await page.locator('.tools').first().isVisible(), false);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.equal(await page.locator('#people-table tbody tr').count(), 100);
  await close(page);
});
