// The same without JavaScript: asking, reading, review by three people, administration. `node noscript.mjs PATH-TO-CURBSIDE`.
import assert from 'node:assert/strict';
import { Bench, PAGES, PASSWORD, Tally, at, launch } from './common.mjs';

const bench = new Bench();
bench.people();
const address = await bench.serve();
const browser = await launch();
const tally = new Tally();
const { test } = tally;

const seats = {};
async function opened() {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1100, height: 900 } });
  return context.newPage();
}

async function seat(username) {
  if (seats[username]) return seats[username];
  const page = await opened();
  await page.goto(address);
  await page.click('header nav >> text=Sign in');
  await page.fill('#username', username);
  await page.fill('#password', PASSWORD);
  await page.click('form.ask button');
  await page.waitForURL(address);
  assert.match(await page.textContent('header nav'), /Sign out/);
  seats[username] = page;
  return page;
}

const rectal = 'What are the treatment options for rectal cancer with bone metastases after FOLFOX?';
const kept = () => bench.json(['articles', 'list']).length;
const guest = await opened();

async function ask(page, question) {
  await page.goto(address);
  await page.fill('#question', question);
  await page.click('form.ask button');
  await page.waitForURL(/\/articles\/[0-9a-f]{64}$/);
}

await test('no script runs here', async () => {
  const page = await opened();
  await page.setContent('<p>no</p><script>document.querySelector("p").textContent = "yes"</script>');
  assert.equal(await page.textContent('p'), 'no');
});

await test('what may tell who the patient is is shown before anything is kept', async () => {
  await guest.goto(address);
  const before = kept();
  await guest.fill('#question', 'Mr John Smith, born 12.3.1960: how is hypomagnesemia evaluated?');
  await guest.selectOption('#reader', 'trainee');
  await guest.click('form.ask button');
  assert.match(await guest.textContent('h1'), /may tell who the patient is/);
  assert.match(await guest.textContent('main'), /Smith[^]*12\.3\.1960/);
  assert.equal(kept(), before, 'nothing is kept');
  // Still one of them: it is told again.
  await guest.fill('#question', 'Mr John Smith: how is hypomagnesemia evaluated?');
  await guest.click('text=I have changed it');
  assert.match(await guest.textContent('main li strong'), /Smith/);
  assert.equal(kept(), before);
  await guest.fill('#question', 'How is hypomagnesemia evaluated?');
  await guest.click('text=I have changed it');
  await guest.waitForURL(/\/articles\/[0-9a-f]{64}$/);
  assert.equal(await guest.locator('form.reader [aria-pressed=true]').textContent(), 'Student or trainee');
});

await test('who asks all the same is answered, and it is taken out', async () => {
  await guest.goto(address);
  await guest.fill('#question', 'Mr John Smith, born 12.3.1960: how is hypomagnesemia evaluated?');
  await guest.click('form.ask button');
  await guest.click('text=Ask all the same');
  await guest.waitForURL(/\/articles\/[0-9a-f]{64}$/);
  assert.doesNotMatch(await guest.content(), /Smith|1960/);
});

await test('a question becomes an article, and a citation opens and closes', async () => {
  await ask(guest, rectal);
  const cite = guest.locator('.cite').first();
  const source = guest.locator('.source').first();
  assert.equal(await source.isVisible(), false);
  await cite.click();
  assert.equal(await source.isVisible(), true);
  assert.ok((await source.locator('mark').textContent()).length > 10);
  await source.locator('button.close').click();
  assert.equal(await source.isVisible(), false);
  await cite.click();
  await guest.keyboard.press('Escape');
  assert.equal(await source.isVisible(), false);
  await guest.locator('details summary').first().click();
  assert.equal(await guest.locator('details').first().getAttribute('open'), '');
});

await test('the reader is changed, the question followed up, a related one opened', async () => {
  const first = guest.url();
  await guest.locator('form.reader button', { hasText: 'Patient' }).click();
  assert.notEqual(guest.url(), first);
  assert.match(await guest.textContent('main'), /What to ask your care team/);
  // What was chosen is remembered, and the question folded; this browser asked for trainees before.
  await guest.locator('details.reader summary').click();
  await guest.locator('form.reader button', { hasText: 'Student' }).click();
  assert.equal(guest.url(), first);
  await guest.fill('textarea[name=question] >> nth=0', 'And if the tumor has a BRAF V600E mutation?');
  await guest.locator('form.ask').first().locator('button').click();
  assert.match(await guest.textContent('#changes'), /Asked behind/);
  const before = guest.url();
  await guest.locator('#related button').first().click();
  assert.notEqual(guest.url(), before);
  assert.match(guest.url(), /\/articles\/[0-9a-f]{64}$/);
});

await test('a follow-up is looked at for identifiers too, and stays one', async () => {
  await ask(guest, rectal);
  await guest.fill('textarea[name=question] >> nth=0', 'And if Mr John Smith has a BRAF V600E mutation?');
  await guest.locator('form.ask').first().locator('button').click();
  assert.match(await guest.textContent('main li strong'), /Smith/);
  await guest.click('text=Ask all the same');
  assert.match(await guest.textContent('#changes'), /Asked behind/);
});

await test('an article is downloaded in each form', async () => {
  await ask(guest, rectal);
  const links = await guest.locator('.files a').all();
  assert.equal(links.length, 6);
  for (const link of links) {
    const [download] = await Promise.all([guest.waitForEvent('download'), link.click()]);
    assert.match(download.suggestedFilename(), /^curbside-[0-9a-f]{12}\.[a-z]+$/);
    assert.equal(await download.failure(), null);
  }
});

await test('search finds, a source opens, a problem is reported', async () => {
  await guest.goto(address);
  await guest.fill('#search', 'magnesium');
  await guest.click('form.search button');
  await guest.click('.hit a >> nth=0');
  assert.match(guest.url(), /\/sources\//);
  await ask(guest, rectal);
  await guest.locator('.cite').first().click();
  await guest.locator('.source:popover-open .report button[name=statement]').click();
  await guest.fill('#words', 'The unit is missing.');
  await guest.click('form.ask button');
  assert.match(await guest.textContent('h1'), /Thank you/);
});

let hash;

await test('an author puts an answer before the board', async () => {
  const page = await seat('wanda');
  await ask(page, 'How is hypomagnesemia evaluated?');
  hash = new URL(page.url()).pathname.split('/').at(-1);
  await page.click('text=Put this before the board');
  assert.equal(await page.locator('.steps [aria-current=step]').textContent(), 'Submitted');
});

async function approve(username) {
  const page = await seat(username);
  await page.click('header nav >> text=Queue');
  await page.click('ul.queue a');
  await page.click('text=Take for review');
  await page.click('text=State it');
  for (const radio of await page.locator('input[type=radio][value=accept]').all()) await radio.check();
  await page.click('text=Save the marks');
  await page.fill('#password', PASSWORD);
  await page.click('button[value=approve]');
  return page;
}

await test('two reviewers approve, an editor publishes, everyone reads it', async () => {
  assert.match(await (await approve('vera')).textContent('main'), /1 of 2/);
  assert.match(await (await approve('viktor')).textContent('main'), /Stage\s*approved/);
  const page = await seat('edith');
  await page.goto(`${address}board/queue?all=1`);
  await page.click('ul.queue a');
  await page.click('text=Publish');
  await guest.goto(address);
  await guest.click('ul.approved a');
  assert.match(await guest.textContent('.banner'), /Reviewed by Vera Okafor/);
});

await test('an editor answers a report', async () => {
  const page = await seat('edith');
  await page.goto(`${address}board/reports`);
  await page.fill('section.report-shown textarea', 'It is given in the table.');
  await page.click('button[value=answered]');
  assert.match(await page.textContent('main'), /Nothing is reported/);
});

await test('an administrator changes the policy, uploads a file, adds a person and closes the account', async () => {
  const page = await seat('ada');
  await page.click('header nav >> text=Administration');
  await page.click('ul.areas >> text=Policy');
  const toml = await page.inputValue('#policy');
  await page.fill('#policy', toml.replace('audit-years = 6', 'audit-years = 10'));
  await page.click('form.ask button');
  assert.match(await page.textContent('ul.policy'), /10 years/);
  await page.goto(`${address}admin/sources`);
  const file = '<article article-type="research-article"><front><article-meta><article-id pub-id-type="pmc">PMC77</article-id><title-group>'
    + '<article-title>Magnesium without a script</article-title></title-group><abstract><p>Magnesium was given to everyone.</p></abstract></article-meta></front></article>';
  await page.setInputFiles('#files', [{ name: 'good.nxml', mimeType: 'application/xml', buffer: Buffer.from(file) }]);
  await page.fill('#collection', 'trials');
  await page.click('form[action="/admin/sources/add"] button');
  await page.waitForSelector('h1:has-text("Added")'); // the page looks again by itself, by a header
  await page.goto(`${address}admin/people`);
  await page.fill('#username', 'nils');
  await page.fill('#name', 'Nils Berg');
  await page.check('input[value=author]');
  await page.click('form.ask button');
  const link = (await page.textContent('.secret')).trim();
  const nils = await opened();
  await nils.goto(link);
  await nils.fill('#password', PASSWORD);
  await nils.fill('#again', PASSWORD);
  await nils.click('form.ask button');
  assert.match(await nils.textContent('header nav'), /Nils Berg/);
  await page.goto(`${address}admin/people/nils`);
  await page.click('text=Close the account');
  await nils.goto(`${address}account`);
  assert.match(await nils.textContent('main'), /Sign in/);
});

await test('every page works, and says nothing of scripts', async () => {
  const { slug } = bench.json(['articles', 'show', hash]).article;
  for (const [path, username] of PAGES) {
    const page = username ? await seat(username) : guest;
    const response = await page.goto(`${address}${at(path, hash, slug)}`);
    assert.equal(response.status(), 200, path);
    assert.ok((await page.textContent('h1')).length > 3, path);
    assert.doesNotMatch(await page.textContent('main'), /javascript/i, path);
  }
});

await test('who signs out is out', async () => {
  const page = await seat('rosa');
  await page.goto(address);
  await page.click('header nav >> text=Sign out');
  assert.match(await page.textContent('h1'), /Sign in/);
  assert.equal((await page.goto(`${address}account`)).status(), 401);
});

await browser.close();
await bench.end();
tally.end();
