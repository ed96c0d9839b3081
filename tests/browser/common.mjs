// What the tests of pages share: the real binary on a data folder of its own with people of every role, a server on a free port,
// Debian's Chromium, a tally. Nothing here looks at a page.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const PASSWORD = 'seven damp umbrellas';

// Username, name, role, credentials.
export const PEOPLE = [
  ['wanda', 'Wanda Reyes', 'author', 'PharmD'],
  ['vera', 'Vera Okafor', 'reviewer', 'MD, nephrology'],
  ['viktor', 'Viktor Lund', 'reviewer', 'MD, internal medicine'],
  ['edith', 'Edith Brandt', 'editor', 'MSc'],
  ['ada', 'Ada Minsk', 'administrator', ''],
  ['rosa', 'Rosa Lind', 'reader', ''],
];

// Every page: its path, who looks at it (null: nobody known), what it is called. ARTICLE is a published article by its slug, HASH a
// version by its hash, WORK an upload by its number. Held against axe, without a script, and weighed.
export const PAGES = [
  ['', null, 'home'], ['about', null, 'about'], ['disclaimer', null, 'disclaimer'], ['corrections', null, 'corrections'],
  ['editorial-policy', null, 'editorial-policy'], ['board', null, 'board'], ['sources', null, 'sources'],
  ['sources/digest:magnesium-disorders', null, 'source'], ['sign-in', null, 'sign-in'],
  ['ARTICLE', null, 'article-approved'], ['board/queue?all=1', 'edith', 'queue'], ['board/review/HASH', 'vera', 'review'],
  ['board/reports?all=1', 'edith', 'reports'],
  ['search', null, 'search'], ['search?q=magnesium', null, 'search-found'], ['account', 'rosa', 'account'],
  ['admin', 'ada', 'admin'], ['admin/sources?q=magnesium', 'ada', 'admin-sources'], ['admin/people', 'ada', 'admin-people'],
  ['admin/sources/remove?id=digest:magnesium-disorders', 'ada', 'admin-remove'], ['admin/sources/work/WORK', 'ada', 'admin-work'],
  ['admin/people/vera', 'ada', 'admin-person'], ['admin/policy', 'ada', 'admin-policy'], ['admin/audit', 'ada', 'admin-audit'],
  ['admin/leaving', 'ada', 'admin-leaving'], ['articles/HASH/report', null, 'report'],
];

// The path of one of them, where an article has this hash and this slug.
export const at = (path, hash, slug, work = '1') => path.replace('ARTICLE', `articles/${slug}`).replace('HASH', hash).replace('WORK', work);

export class Bench {
  constructor(binary = process.argv[2] ?? 'target/debug/curbside') {
    this.binary = binary;
    this.work = mkdtempSync(join(tmpdir(), 'curbside-pages-'));
    this.data = join(this.work, 'data');
  }

  // Runs a command line, as a person of `PEOPLE` where one is named; gives what it prints.
  run(args, person) {
    const who = person ? { CURBSIDE_AS: person, CURBSIDE_PASSWORD: PASSWORD } : {};
    const done = spawnSync(this.binary, ['--data', this.data, ...args], { env: { ...process.env, ...who }, encoding: 'utf8', maxBuffer: 1 << 26 });
    // 3: the library does not answer the question.
    if (done.status !== 0 && done.status !== 3) throw new Error(`${args.slice(0, 3).join(' ')}: ${done.stderr || done.error}`);
    return done.stdout;
  }

  json(args, person) {
    return JSON.parse(this.run([...args, '--json'], person));
  }

  people() {
    for (const [username, name, role, credentials] of PEOPLE) {
      const added = this.json(['people', 'add', username, '--name', name, '--role', role, '--credentials', credentials]);
      execFileSync(this.binary, ['--data', this.data, 'people', 'claim', added.link], { env: { ...process.env, CURBSIDE_PASSWORD: PASSWORD }, stdio: ['ignore', 'ignore', 'inherit'] });
    }
  }

  // Asks as an author and puts the answer before the board; gives its hash.
  submitted(question, reader = 'clinician') {
    const { hash } = this.json(['ask', question, '--reader', reader], 'wanda');
    this.run(['review', 'submit', hash], 'wanda');
    return hash;
  }

  // A reviewer takes a version, states no conflict, accepts every statement and signs.
  approve(hash, reviewer) {
    const { statements } = this.json(['review', 'take', hash], reviewer);
    this.run(['review', 'conflict', hash, '--none'], reviewer);
    this.run(['review', 'mark', hash, 'accept', `1-${statements.length}`], reviewer);
    this.run(['review', 'sign', hash, 'approve'], reviewer);
  }

  // An answer that two approved and an editor published.
  approved(question, reader = 'clinician') {
    const hash = this.submitted(question, reader);
    for (const reviewer of ['vera', 'viktor']) this.approve(hash, reviewer);
    this.run(['review', 'publish', hash], 'edith');
    return hash;
  }

  // Tells this library, as another program than its server, that a work which a version cites is retracted; gives its PMID.
  retract(hash) {
    const cited = this.json(['articles', 'show', hash]).shown.body.references.find((r) => r.ids.pmid);
    const list = join(this.work, 'list.csv');
    writeFileSync(list, 'Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,'
      + `OriginalPaperPubMedID,RetractionNature,Reason\n1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,${cited.ids.pmid},Retraction,+Error;\n`);
    this.run(['standing', list]);
    return cited.ids.pmid;
  }

  // Serves; gives the address, which ends with a slash.
  async serve() {
    const env = { ...process.env, CURBSIDE_SERVER_LOG_LEVEL: 'warn' };
    this.server = spawn(this.binary, ['--data', this.data, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env });
    this.address = await new Promise((resolve, reject) => {
      createInterface({ input: this.server.stdout }).on('line', (line) => {
        const match = line.match(/at (http:\S+)/);
        if (match) resolve(match[1]);
      });
      this.server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    this.server.removeAllListeners('exit');
    return this.address;
  }

  async end() {
    if (this.server) {
      this.server.kill('SIGTERM');
      await new Promise((resolve) => this.server.on('exit', resolve));
    }
    rmSync(this.work, { recursive: true, force: true });
  }
}

export async function launch() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

// Runs what it is given one by one, prints one line each, and counts.
const LONGEST = 180_000; // of a test, on a slow machine

export class Tally {
  passed = 0;
  failed = 0;

  test = async (name, body) => {
    const begun = Date.now();
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('it does not end')), LONGEST); });
    try {
      await Promise.race([body(), late]);
      this.passed += 1;
      console.log(`ok   ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL ${name}\n     ${error.stack ?? error.message}`);
    } finally {
      clearTimeout(timer);
    }
  };

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
