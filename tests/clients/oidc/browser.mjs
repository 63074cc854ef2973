// Does what a person does in a browser, over HTTP: signs in, consents or declines, and follows the provider wherever it leads.

import { request as overTls } from 'node:https';
import { request as plain } from 'node:http';
import { pathToFileURL } from 'node:url';

const cookies = new Map();

function fetchOnce(address, { method = 'GET', form } = {}) {
  const url = new URL(address);
  const send = url.protocol === 'https:' ? overTls : plain;
  const body = form ? new URLSearchParams(form).toString() : undefined;
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
  return new Promise((resolve, reject) => {
    const asking = send(url, { method, headers, rejectUnauthorized: false }, (response) => {
      for (const cookie of response.headers['set-cookie'] ?? []) {
        const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
        if (value) cookies.set(name, value); else cookies.delete(name);
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve({ status: response.statusCode, location: response.headers.location, text }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Follows redirects to a page; gives its address and text. */
async function open(address, options) {
  let at = address;
  let page = await fetchOnce(at, options);
  for (let steps = 0; page.location && steps < 20; steps += 1) {
    at = new URL(page.location, at).href;
    page = await fetchOnce(at);
  }
  return { at, text: page.text };
}

/** The first form of a page: where it goes, and what is in it. */
function formOf(page) {
  const action = /<form[^>]*action="([^"]*)"/.exec(page.text)?.[1];
  const fields = Object.fromEntries([...page.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]));
  return { action: action?.replaceAll('&amp;', '&'), fields };
}

/** Signs in and answers every question until there is none; gives the last page. */
async function answer(page, consents) {
  for (let steps = 0; steps < 10; steps += 1) {
    const { action, fields } = formOf(page);
    if (fields.prompt === 'login') {
      page = await open(new URL(action, page.at).href, { method: 'POST', form: { ...fields, login: 'ada@contoso.com', password: 'any' } });
    } else if (fields.prompt === 'consent') {
      page = consents
        ? await open(new URL(action, page.at).href, { method: 'POST', form: fields })
        : await open(`${page.at}/abort`);
    } else {
      return page;
    }
  }
  throw new Error(`the provider asks without end: ${page.at}`);
}

/** What a person does with a code. */
export async function useCode(address, code, consents) {
  const page = await open(address);
  const { action, fields } = formOf(page);
  let next = await open(new URL(action, page.at).href, { method: 'POST', form: { ...fields, user_code: code } });
  const confirming = formOf(next);
  if ('xsrf' in confirming.fields && confirming.fields.user_code !== undefined) {
    const form = { ...confirming.fields, ...(consents ? { confirm: 'yes' } : { abort: 'yes' }) };
    next = await open(new URL(confirming.action, next.at).href, { method: 'POST', form });
  }
  return answer(next, consents);
}

// Started as the browser of a sign-in, with its address.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const url = new URL(process.argv[2]);
  const consents = !url.searchParams.get('client_id').endsWith('-decline');
  // Microsoft's choice among accounts; this provider has none and refuses the wish.
  url.searchParams.delete('prompt');
  await answer(await open(url.href), consents);
}
