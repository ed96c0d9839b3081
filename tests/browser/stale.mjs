// What is told when it no longer holds, while the server runs: a retraction that another program reads in takes an approval back
// everywhere at once; too many wrong passwords make an account wait. `node stale.mjs PATH-TO-CURBSIDE`; SCREENSHOTS=DIR keeps pictures.
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Bench, PASSWORD, Tally, launch } from './common.mjs';

const shots = process.env.SCREENSHOTS;
const bench = new Bench();
bench.people();
const hash = bench.approved('How is hypomagnesemia evaluated?');
const other = bench.approved('How is diarrhea from irinotecan treated?');
const slugOf = (name) => bench.json(['articles', 'show', name]).article.slug;
const [slug, otherSlug] = [slugOf(hash), slugOf(other)];
const address = await bench.serve();
const browser = await launch();
const tally = new Tally();
const { test } = tally;

async function opened() {
  return (await browser.newContext({ viewport: { width: 1100, height: 900 } })).newPage();
}

async function signIn(page, username, password = PASSWORD) {
  await page.goto(`${address}sign-in`);
  await page.fill('#username', username);
  await page.fill('#password', password);
  const [response] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/sign-in')), page.click('form.ask button')]);
  await page.waitForLoadState('load');
  return response;
}

const text = async (path) => (await fetch(`${address}${path}`)).text();
const reading = async (name) => (await fetch(`${address}api/v1/articles/${name}`)).json();

// Where it stands for everyone.
async function standing(page, name, hash) {
  const response = await page.goto(`${address}articles/${name}`);
  assert.equal(response.status(), 200);
  const structured = JSON.parse(await page.textContent('script[type="application/ld+json"]'));
  const api = await reading(hash);
  return {
    banner: /Reviewed by Vera Okafor/.test(await page.textContent('.banner')),
    notice: await page.locator('.fallen').count(),
    step: await page.locator('.steps [aria-current=step]').textContent(),
    robots: response.headers()['x-robots-tag'],
    reviewers: structured.reviewedBy?.length,
    reviewed: structured.lastReviewed !== undefined,
    accepted: structured.mainEntity.acceptedAnswer !== undefined,
    sitemap: (await text('sitemap.xml')).includes(name),
    feed: (await text('feed.xml')).includes(name),
    home: (await text('')).includes(`articles/${name}`),
    api: [api.standing.approved, api.indexable, api.reasons.length > 0, api.standing.stage],
  };
}

const APPROVED = {
  banner: true, notice: 0, step: 'Approved', robots: 'all', reviewers: 2, reviewed: true, accepted: true, sitemap: true, feed: true, home: true,
  api: [true, true, false, 'approved'],
};
const FALLEN = {
  banner: false, notice: 1, step: 'Submitted', robots: 'noindex', reviewers: undefined, reviewed: false, accepted: false, sitemap: false, feed: false, home: false,
  api: [false, false, true, 'submitted'],
};

await test('a retraction that another program reads in takes the approval back on the next load', async () => {
  const page = await opened();
  // Looked at more than once: whatever a server keeps of a page must go too.
  for (let n = 0; n < 3; n += 1) assert.deepEqual(await standing(page, slug, hash), APPROVED);
  assert.deepEqual(await standing(page, otherSlug, other), APPROVED);
  bench.retract(hash);
  await page.goto(`${address}articles/${slug}`); // the very next load
  assert.match(await page.textContent('.fallen'), /Approved before, and no longer[^]*Cited work retracted/);
  assert.deepEqual(await standing(page, slug, hash), FALLEN);
  const colour = await page.evaluate(() => getComputedStyle(document.querySelector('.fallen')).borderLeftColor.match(/\d+/g).map(Number));
  assert.ok(colour[0] > 120 && colour[0] > 2 * colour[1] && colour[0] > 2 * colour[2], `the notice is red: ${colour}`);
  if (shots) await page.screenshot({ path: join(shots, 'stale-desktop.png') });
  const api = await reading(hash);
  assert.match(JSON.stringify(api.standing.reasons), /retracted/i);
  assert.match(JSON.stringify(api.reasons), /"now":"retracted"/);
  // Neither the wording nor what was quoted changed.
  assert.equal(api.hash, hash);
  assert.deepEqual(await standing(page, otherSlug, other), APPROVED);
});

await test('the queue has it, first, with the reason', async () => {
  const page = await opened();
  await signIn(page, 'edith');
  await page.goto(`${address}board/queue?by=staleness`);
  const first = page.locator('ul.queue li').first();
  assert.match(await first.locator('a').getAttribute('href'), new RegExp(hash));
  assert.match(await first.textContent(), /Was approved before[^]*[Rr]etracted/);
  await first.locator('a').click();
  assert.match(await page.textContent('main'), /Cited work retracted/);
});

await test('too many wrong passwords make an account wait, and no other', async () => {
  const page = await opened();
  let told = 0; // the longest wait that was told
  let tries = 0;
  while (told < 8) {
    assert.ok(tries < 25, 'it never says wait');
    const response = await signIn(page, 'rosa', 'not my password at all');
    tries += 1;
    const words = await page.textContent('[role=alert]');
    if (response.status() === 401) continue;
    assert.equal(response.status(), 429);
    assert.ok(tries > 5, 'the first five are forgiven');
    const [, seconds] = words.match(/wait (\d+) s/);
    assert.equal(response.headers()['retry-after'], seconds);
    told = Math.max(told, Number(seconds));
    if (told < 8) await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  }
  const begun = Date.now();
  if (shots) await page.screenshot({ path: join(shots, 'sign-in-wait-desktop.png') });
  const right = await signIn(page, 'rosa');
  assert.equal(right.status(), 429, 'the right password is refused meanwhile');
  assert.match(await page.textContent('[role=alert]'), /wait \d+ s/);
  assert.doesNotMatch(await page.textContent('header nav'), /Sign out/);
  const another = await opened();
  assert.equal((await signIn(another, 'vera')).status(), 303);
  assert.match(await another.textContent('header nav'), /Vera Okafor/);
  // When the time is over it is let in.
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, 9500 - (Date.now() - begun))));
  assert.equal((await signIn(page, 'rosa')).status(), 303);
  assert.match(await page.textContent('header nav'), /Rosa Lind/);
});

await browser.close();
await bench.end();
tally.end();
