// Three people take an article to Approved on pages, a retraction takes the approval back, and every page is held against
// axe-core in both themes. `node board.mjs PATH-TO-CURBSIDE`; SCREENSHOTS=DIR keeps pictures, on a desktop and a phone.
import axe from 'axe-core';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Bench, PAGES, PASSWORD, Tally, at, launch } from './common.mjs';

const bench = new Bench();
bench.people();
const address = await bench.serve();
const browser = await launch();
const tally = new Tally();
const { test } = tally;
const shots = process.env.SCREENSHOTS;
const question = 'How is hypomagnesemia evaluated?';

const seats = {};
async function seat(username) {
  if (seats[username]) return seats[username];
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${address}sign-in`);
  // By keyboard alone.
  await page.locator('#username').focus();
  await page.keyboard.type(username);
  await page.locator('#password').focus();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(address);
  await page.goto(`${address}sign-in`);
  assert.match(await page.textContent('h1'), /Signed in as/);
  seats[username] = page;
  return page;
}

let article; // its address, by hash
let slug;

await test('an author asks and puts the answer before the board', async () => {
  const page = await seat('wanda');
  await page.goto(address);
  await page.fill('#question', question);
  await page.click('form.ask button');
  await page.waitForURL(/\/articles\//);
  article = page.url();
  await page.click('text=Put this before the board');
  await page.waitForURL(/\/articles\//);
  assert.equal(await page.locator('.steps [aria-current=step]').textContent(), 'Submitted');
  slug = new URL(await page.locator('.ask-again a', { hasText: 'The review' }).getAttribute('href'), address).pathname;
});

await test('nobody reads it from outside, and the editor may not sign', async () => {
  assert.equal((await fetch(article)).status, 401);
  const page = await seat('edith');
  await page.goto(`${address}board/queue`);
  await page.click('ul.queue a');
  assert.equal(await page.locator('section.sign').count(), 0);
});

async function approve(username) {
  const page = await seat(username);
  await page.goto(`${address}board/queue`);
  await page.click('ul.queue a');
  await page.click('text=Take for review');
  await page.fill('#conflict', '');
  await page.click('text=State it');
  for (const radio of await page.locator('input[type=radio][value=accept]').all()) await radio.check();
  await page.click('text=Save the marks');
  await page.fill('#password', 'not my password at all');
  await page.click('button[value=approve]');
  assert.match(await page.textContent('main'), /sign-in-failed/);
  await page.goBack();
  await page.fill('#password', PASSWORD);
  await page.click('button[value=approve]');
  await page.waitForURL(/\/board\/review\//);
  return page;
}

await test('two reviewers mark every statement and sign with their password', async () => {
  const first = await approve('vera');
  assert.match(await first.textContent('main'), /1 of 2/);
  const second = await approve('viktor');
  assert.match(await second.textContent('main'), /Stage\s*approved/);
});

await test('the editor publishes, and everyone reads who reviewed it', async () => {
  const page = await seat('edith');
  await page.goto(`${address}board/queue?all=1`);
  await page.click('ul.queue a');
  await page.click('text=Publish');
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(address);
  await guest.click('ul.approved a');
  assert.match(await guest.textContent('.banner'), /Reviewed by Vera Okafor, MD, nephrology on \d{4}-\d\d-\d\d; Viktor Lund/);
  slug = new URL(guest.url()).pathname;
  const response = await guest.context().request.get(guest.url());
  assert.equal(response.headers()['x-robots-tag'], 'all');
  const structured = JSON.parse(await guest.textContent('script[type="application/ld+json"]'));
  assert.equal(structured['@type'], 'MedicalWebPage');
  assert.deepEqual(structured.reviewedBy.map((p) => p.name), ['Vera Okafor', 'Viktor Lund']);
  assert.match(await (await fetch(`${address}sitemap.xml`)).text(), new RegExp(slug));
  assert.match(await (await fetch(`${address}feed.xml`)).text(), /Viktor Lund, MD/);
  await guest.goto(`${address}board`);
  assert.match(await guest.textContent('main'), /Vera Okafor, MD, nephrology/);
});

await test('a reader reports a statement, the editor corrects, everyone reads it', async () => {
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(`${address}${slug.slice(1)}`);
  await guest.locator('.cite').first().click();
  await guest.locator('.source:popover-open button[name=statement]').click();
  assert.ok((await guest.textContent('blockquote')).length > 10);
  await guest.fill('#words', 'The unit is missing. Maria Gonzalez, MRN 8812345.');
  await guest.click('form.ask button');
  const page = await seat('edith');
  await page.goto(`${address}board/reports`);
  assert.doesNotMatch(await page.textContent('main'), /Gonzalez|8812345/);
  await page.fill('section.report-shown textarea', 'The unit was missing and is given now.');
  await page.click('button[value=corrected]');
  await guest.goto(`${address}corrections`);
  assert.match(await guest.textContent('main'), /The unit was missing and is given now/);
});

await test('an administrator uploads a file, and its problems are listed', async () => {
  const page = await seat('ada');
  await page.goto(address);
  await page.click('header nav >> text=Administration');
  await page.click('ul.areas >> text=Sources');
  const good = `<article article-type="research-article"><front><article-meta><article-id pub-id-type="pmc">PMC77</article-id>
    <title-group><article-title>Magnesium in a browser</article-title></title-group><abstract><p>Magnesium was given to everyone.</p></abstract>
    </article-meta></front></article>`;
  await page.setInputFiles('#files', [
    { name: 'good.nxml', mimeType: 'application/xml', buffer: Buffer.from(good) },
    { name: 'broken.nxml', mimeType: 'application/xml', buffer: Buffer.from('<article>') },
  ]);
  await page.fill('#collection', 'trials');
  await page.click('form[action="/admin/sources/add"] button');
  await page.waitForSelector('h1:has-text("Added")');
  assert.match(await page.textContent('main'), /New documents\s*1.*Not read\s*1.*broken\.nxml/s);
  await page.goto(`${address}sources/PMC77`);
  assert.match(await page.textContent('main'), /Magnesium was given to everyone/);
});

await test('an administrator adds a person, who sets a password with the link that is shown once', async () => {
  const page = await seat('ada');
  await page.goto(`${address}admin/people`);
  await page.fill('#username', 'nils');
  await page.fill('#name', 'Nils Berg');
  await page.check('input[value=author]');
  await page.click('form.ask button');
  const link = (await page.textContent('.secret')).trim();
  if (shots) await page.screenshot({ path: join(shots, 'admin-link-desktop.png'), fullPage: true });
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await guest.fill('#password', PASSWORD);
  await guest.fill('#again', PASSWORD);
  await guest.click('form.ask button');
  await guest.waitForURL(address);
  assert.match(await guest.textContent('header nav'), /Queue.*Nils Berg.*Sign out/s);
  await page.goto(`${address}admin/people/nils`);
  await page.click('text=Close the account');
  await guest.goto(`${address}account`);
  assert.match(await guest.textContent('main'), /Sign in/);
});

await test('an administrator changes the policy, and the trail is whole and tells of it', async () => {
  const page = await seat('ada');
  await page.goto(`${address}admin/policy`);
  const toml = await page.inputValue('#policy');
  await page.fill('#policy', 'approvals = many');
  await page.click('form.ask button');
  assert.match(await page.textContent('[role=alert]'), /cannot be read.*Nothing was changed/s);
  assert.equal(await page.inputValue('#policy'), 'approvals = many');
  await page.fill('#policy', toml.replace('audit-years = 6', 'audit-years = 10'));
  await page.click('form.ask button');
  assert.match(await page.textContent('ul.policy'), /10 years/);
  await page.goto(`${address}admin/audit`);
  await page.fill('#action', 'set-policy');
  await page.click('form.filter button');
  assert.equal(await page.locator('tbody tr').count(), 1);
  assert.match(await page.textContent('tbody'), /Ada Minsk/);
  const lines = await (await page.context().request.get(`${address}admin/audit.jsonl?action=set-policy`)).text();
  assert.equal(JSON.parse(lines.trim()).action, 'set-policy');
  await page.click('text=Verify now');
  assert.match(await page.textContent('h1'), /All as it was written/);
  if (shots) await page.screenshot({ path: join(shots, 'admin-verified-desktop.png'), fullPage: true });
});

await test('somebody keeps their own account: details, a token shown once, another password', async () => {
  const page = await seat('rosa');
  await page.goto(`${address}account`);
  await page.fill('#specialties', 'Cardiology, Oncology');
  await page.click('text=Save');
  assert.equal(await page.inputValue('#specialties'), 'cardiology, oncology');
  await page.fill('#token-name', 'my script');
  await page.click('text=Make it');
  assert.match(await page.textContent('.secret'), /cbs_/);
  await page.goto(`${address}account`);
  await page.click('text=Take it back');
  assert.match(await page.textContent('main'), /Taken back/);
  await page.fill('#old', PASSWORD);
  await page.fill('#new', 'eight damp umbrellas');
  await page.fill('#again', 'eight damp umbrellas');
  await page.click('text=Change it');
  await page.waitForURL(`${address}account`);
});

await test('a reader is refused every page of the administration, and anonymous is asked to sign in', async () => {
  const page = await seat('rosa');
  for (const path of ['admin', 'admin/sources', 'admin/people', 'admin/policy', 'admin/audit', 'admin/leaving', 'admin/audit.jsonl']) {
    assert.equal((await page.context().request.get(`${address}${path}`)).status(), 403, path);
    assert.equal((await fetch(`${address}${path}`)).status, 401, path);
  }
  await page.goto(address);
  assert.doesNotMatch(await page.textContent('header'), /Administration|Queue/);
});

await test('a search finds sources and published articles, and a digest reads as a topic page', async () => {
  const guest = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await guest.goto(address);
  await guest.fill('#search', 'magnesium');
  await guest.click('form.search button');
  await guest.click('.hit a >> nth=0');
  assert.ok((await guest.locator('mark').first().textContent()).length > 10);
  await guest.goto(`${address}sources/digest:magnesium-disorders`);
  assert.ok((await guest.locator('ul.topic li').count()) > 10);
  assert.match(await guest.textContent('#cited-by + ul'), /hypomagnesemia/i);
  const id = await guest.locator('ul.topic li').nth(2).getAttribute('id');
  await guest.goto(`${address}sources/digest:magnesium-disorders%23${id}`);
  assert.equal(await guest.locator('ul.topic mark').count(), 1);
});

async function look(path, username, name) {
  const from = username ? (await seat(username)).context() : await browser.newContext();
  const page = await from.newPage();
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1100, height: 900 });
    const response = await page.goto(`${address}${path}`);
    assert.equal(response.status(), 200, path);
    // The page's own policy lets no script of ours in; axe comes as the browser's own.
    await page.evaluate(axe.source);
    const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    found.push(...result.violations.map((v) => `${path} (${colorScheme}): ${v.id}: ${v.nodes[0].target} ${v.nodes[0].html.slice(0, 120)}`));
    if (shots && colorScheme === 'light') {
      await page.screenshot({ path: join(shots, `${name}-desktop.png`), fullPage: true });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: join(shots, `${name}-phone.png`), fullPage: true });
      const [inner, scroll] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
      assert.ok(scroll <= inner, `${path} is wider than a phone: ${scroll}`);
    }
  }
  await page.close();
  assert.deepEqual(found, []);
}

for (const [path, username, name] of PAGES) {
  await test(`${name}: nothing against it in either theme`, async () => {
    await look(at(path, new URL(article).pathname.split('/').at(-1), slug.split('/').at(-1)), username, name);
  });
}

await test('a retraction takes the approval back, under a red notice', async () => {
  bench.retract(new URL(article).pathname.split('/').at(-1));
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(`${address}${slug.slice(1)}`);
  assert.match(await guest.textContent('.fallen'), /Approved before, and no longer.*Cited work retracted/s);
  assert.match(await guest.textContent('.banner'), /pending human review/);
  assert.equal(await guest.locator('.steps [aria-current=step]').textContent(), 'Submitted');
  assert.equal((await guest.context().request.get(guest.url())).headers()['x-robots-tag'], 'noindex');
  const structured = JSON.parse(await guest.textContent('script[type="application/ld+json"]'));
  assert.equal(structured.reviewedBy, undefined);
  if (shots) await guest.screenshot({ path: join(shots, 'article-fallen-desktop.png') });
  const page = await seat('edith');
  await page.goto(`${address}board/queue?by=staleness`);
  assert.match(await page.textContent('ul.queue'), /Was approved before/);
});

await browser.close();
await bench.end();
tally.end();
