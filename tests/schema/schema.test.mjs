// The published schemas against an independent validator: what the program writes and what the examples hold is valid,
// and broken documents are refused by schema and program alike.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const program = process.env.RECGAUGE_PROGRAM;
const source = process.env.RECGAUGE_SOURCE_DIR;
const folder = mkdtempSync(join(tmpdir(), 'recgauge-schema-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const tinyWorld = `
name: tiny
data: {world: {users: 60, items: 40, mean_interactions: 12}}
list_length: 20
baselines: [random, popularity]
models:
  - {kind: ease, name: mine, parameters: {regularisation: 50}}
suites: {accuracy: {cutoffs: [5], primary: ndcg@5, resamples: 100, sign_flips: 99, smallest_slice: 5}}
`;

const compile = (what) => {
  const schema = JSON.parse(execFileSync(program, ['schema', what], { encoding: 'utf8' }));
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  return new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
};
const check = (validate, document) => assert.ok(validate(document), JSON.stringify(validate.errors, null, 1));
const written = (name, text) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const config = compile('config');
const reportSchema = compile('report');
const comparisonSchema = compile('comparison');
const trendSchema = compile('trend');
let report;

before(() => {
  const file = written('tiny.yaml', tinyWorld);
  execFileSync(program, ['run', file, '-o', join(folder, 'run'), '--format', 'json', '-q']);
  report = readFileSync(join(folder, 'run', 'report.json'), 'utf8');
});

for (const name of readdirSync(join(source, 'examples')).filter((file) => file.endsWith('.yaml'))) {
  test(`examples/${name} is valid`, () => check(config, parse(readFileSync(join(source, 'examples', name), 'utf8'))));
}

test('the tiny world, the empty configuration and a printed effective configuration are valid', () => {
  check(config, parse(tinyWorld));
  check(config, {});
  const file = written('print.yaml', tinyWorld);
  check(config, JSON.parse(execFileSync(program, ['validate', file, '--print'], { encoding: 'utf8' })));
});

const broken = {
  'an unknown key': 'modles: []',
  'an unknown key of a part': 'data: {wrld: {}}',
  'a key twice removed': 'suites: {accuracy: {cutofs: [5]}}',
  'an unknown suite': 'suites: {acuracy: {}}',
  'a text for a number': 'seed: many',
  'a negative seed': 'seed: -1',
  'a fraction for a whole number': 'list_length: 2.5',
  'a number out of bounds': 'data: {world: {exploration: 1.5}}',
  'an unknown format': 'data: {format: parquet}',
  'a map for a list': 'models: {kind: ease}',
  'a model without a kind': 'models: [{name: x}]',
  'a list for a text': 'name: [x]',
  'a wrong version': 'version: 2',
  'a text for a switch': 'controls: "yes"',
  'an unknown split': 'split: {kind: loo}',
};
for (const [what, text] of Object.entries(broken)) {
  test(`a configuration with ${what} is refused by the schema and by the program`, () => {
    assert.ok(!config(parse(text)), 'the schema accepts it');
    const result = spawnSync(program, ['validate', written('broken.yaml', text)], { encoding: 'utf8' });
    assert.equal(result.status, 2, result.stderr);
    assert.match(result.stderr, /broken\.yaml:1:\d+/);
  });
}

test('the report of a run is valid', () => {
  const document = JSON.parse(report);
  check(reportSchema, document);
  assert.ok(document.suites[0].measurements.length > 10);
  assert.ok(document.suites[0].comparisons.length > 0);
  assert.ok(document.suites[0].figures.length > 0);
});

const breaks = {
  'a missing key': (r) => delete r.run_id,
  'a missing key of a measurement': (r) => delete r.suites[0].measurements[0].metric,
  'an additional key': (r) => (r.surplus = 1),
  'an additional key of a finding': (r) => (r.suites[0].findings[0].surplus = 1),
  'a text for a value': (r) => (r.suites[0].measurements[0].value = 'high'),
  'an unknown direction': (r) => (r.suites[0].measurements[0].direction = 'upwards'),
  'an unknown severity': (r) => (r.suites[0].findings[0].severity = 'terrible'),
  'a negative count': (r) => (r.data.users = -1),
  'a list for a map': (r) => (r.timing = []),
  'another version': (r) => (r.schema_version = '9.0.0'),
};
for (const [what, breakIt] of Object.entries(breaks)) {
  test(`a report with ${what} is refused by the schema and by the program`, () => {
    const document = JSON.parse(report);
    breakIt(document);
    assert.ok(!reportSchema(document), 'the schema accepts it');
    const result = spawnSync(program, ['report', written('broken.json', JSON.stringify(document))], { encoding: 'utf8' });
    assert.equal(result.status, 2, result.stderr);
    assert.match(result.stderr, /broken\.json/);
  });
}

test('a comparison and a trend are valid, and broken ones are refused', () => {
  const run = join(folder, 'run');
  const comparison = JSON.parse(execFileSync(program, ['compare', run, run, '--format', 'json'], { encoding: 'utf8', maxBuffer: 1e8 }));
  check(comparisonSchema, comparison);
  assert.ok(comparison.effects.length > 10);
  assert.ok(comparison.disagreements[0].examples.length > 0);
  const history = join(folder, 'history.sqlite');
  execFileSync(program, ['history', 'add', run, '--file', history]);
  const trend = JSON.parse(execFileSync(program, ['history', 'show', 'ndcg@5', '--file', history, '--format', 'json'], { encoding: 'utf8' }));
  check(trendSchema, trend);
  assert.equal(trend.series[0].points.length, 1);
  assert.ok(!comparisonSchema({ ...comparison, surplus: 1 }));
  assert.ok(!comparisonSchema({ ...comparison, schema_version: '9.0.0' }));
  assert.ok(!comparisonSchema({ ...comparison, effects: [{ ...comparison.effects[0], outcome: 'splendid' }] }));
  assert.ok(!trendSchema({ ...trend, series: [{ ...trend.series[0], points: [{}] }] }));
});
