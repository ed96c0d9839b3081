// What article pages say for search engines (JSON-LD), held against the types of schema.org as `schema-dts` has them: pages of a
// real server, written into TypeScript and compiled. `node check.mjs PATH-TO-CURBSIDE`, after `npm ci`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Bench, Tally } from '../browser/common.mjs';

const here = import.meta.dirname;
const scratch = join(here, 'scratch'); // beside node_modules, where the compiler looks for the types
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);

const bench = new Bench();
bench.people();
const versions = {
  clinician: bench.approved('How is hypomagnesemia evaluated?'),
  trainee: bench.approved('How is hypomagnesemia evaluated?', 'trainee'),
  patient: bench.approved('How is hypomagnesemia treated?', 'patient'),
};
const pending = bench.submitted('How is hypermagnesemia treated?');
bench.run(['review', 'publish', pending], 'edith');
const address = await bench.serve();
const tally = new Tally();
const { test } = tally;

async function structured(hash) {
  const response = await fetch(`${address}articles/${hash}`);
  assert.equal(response.status, 200);
  const [, text] = (await response.text()).match(/<script type="application\/ld\+json">([^]*?)<\/script>/);
  return JSON.parse(text);
}

// What the compiler has against pages, by name.
function complaints(pages) {
  const files = Object.entries(pages).map(([name, page]) => {
    const file = join(scratch, `${name}.ts`);
    writeFileSync(file, `import type { MedicalWebPage, WithContext } from 'schema-dts';\nexport const page: WithContext<MedicalWebPage> = ${JSON.stringify(page, null, 2)};\n`);
    return file;
  });
  const compiler = join(here, 'node_modules/typescript/bin/tsc');
  const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, ...args], { encoding: 'utf8', cwd: here });
  assert.equal(stderr, '');
  assert.equal(status === 0, stdout === '', stdout);
  return Object.fromEntries(Object.keys(pages).map((name) => [name, stdout.split('\n').filter((l) => l.startsWith(`scratch/${name}.ts`))]));
}

const nothing = (pages) => Object.fromEntries(Object.keys(pages).map((name) => [name, []]));

await test('approved, pending and fallen pages are what schema.org has', async () => {
  const pages = { pending: await structured(pending) };
  for (const [reader, hash] of Object.entries(versions)) pages[reader] = await structured(hash);
  bench.retract(versions.clinician);
  pages.fallen = await structured(versions.clinician);
  assert.deepEqual(complaints(pages), nothing(pages));
  for (const name of ['clinician', 'trainee', 'patient']) {
    assert.deepEqual(pages[name].reviewedBy.map((p) => [p.name, p.honorificSuffix]), [['Vera Okafor', 'MD, nephrology'], ['Viktor Lund', 'MD, internal medicine']], name);
    assert.match(pages[name].lastReviewed, /^\d{4}-\d\d-\d\d$/);
    assert.ok(pages[name].mainEntity.acceptedAnswer.text.length > 20);
    assert.equal(pages[name].mainEntity.suggestedAnswer, undefined);
  }
  for (const name of ['pending', 'fallen']) {
    assert.equal(pages[name].reviewedBy ?? pages[name].lastReviewed ?? pages[name].mainEntity.acceptedAnswer, undefined, name);
    assert.equal(pages[name].creativeWorkStatus, 'Pending human review');
    assert.ok(pages[name].mainEntity.suggestedAnswer.text.length > 20);
    assert.ok(pages[name].citation.length > 0);
  }
});

await test('the compiler would refuse what is not of schema.org', async () => {
  const page = await structured(pending);
  const pages = {
    right: page,
    unknown: { ...page, reviewdBy: [] },
    kind: { ...page, reviewedBy: { '@type': 'MedicalAudience' } },
    none: { ...page, lastReviewed: null },
    inside: { ...page, mainEntity: { ...page.mainEntity, suggestedAnswer: { '@type': 'Answer', body: 'x' } } },
    work: { ...page, citation: [{ '@type': 'Study', name: 'x' }] },
  };
  const found = complaints(pages);
  assert.deepEqual(Object.entries(found).filter(([, lines]) => !lines.length).map(([name]) => name), ['right']);
});

await bench.end();
rmSync(scratch, { recursive: true, force: true });
tally.end();
