import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSampleEvents, sampleEventsFolder } from '../../src/local/sample-events.ts';

const notEvents = new Set(['README.md', 'expected.json']);
const samples = await readSampleEvents();
const texts = new Map(
  await Promise.all(
    samples.map(
      async ({ file }) => [file, await readFile(resolve(sampleEventsFolder, file), 'utf8')] as const,
    ),
  ),
);

/** Account numbers of AWS's own documentation. */
const DOCUMENTATION_ACCOUNTS = new Set(['111122223333', '777788889999']);

/** TEST-NET-2, TEST-NET-3 (RFC 5737), and private addresses for what is inside the VPC. */
const MADE_UP_ADDRESS = /^(?:198\.51\.100|203\.0\.113|10\.20\.\d+)\.\d+$/;

it('Every file of the folder has its entry in expected.json, once, and no entry lacks its file', async () => {
  const files = (await readdir(sampleEventsFolder)).filter((file) => !notEvents.has(file));

  expect(samples.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
});

it('No two samples show the same case', () => {
  const cases = samples.map(({ shows }) => shows);

  expect(new Set(cases).size).toBe(cases.length);
});

it.each([
  ['instances', /\bi-[0-9a-f]{17}\b/g],
  ['reservations', /\br-[0-9a-f]{17}\b/g],
  ['network interfaces', /\beni-[0-9a-f]{17}\b/g],
  ['events', /(?<="(?:id|eventID)": ")[0-9a-f-]{36}/g],
  ['requests', /(?<="requestID": ")[0-9a-f-]{36}/g],
  ['client tokens', /(?<="clientToken": ")[^"]+/g],
])('No two samples share the ids of their %s', (_, pattern) => {
  const ids = [...texts.values()].flatMap((text) => Array.from(new Set(text.match(pattern))));

  expect(ids).not.toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe.each([...texts])('%s', (_, text) => {
  it('has no account but those of documentation', () => {
    const accounts = text.match(/(?<![\w.-])\d{12}(?![\w.-])/g) ?? [];

    expect(accounts.length).toBeGreaterThan(0);
    expect(accounts.filter((account) => !DOCUMENTATION_ACCOUNTS.has(account))).toEqual([]);
  });

  it('has no access key or principal but made-up ones', () => {
    const keys = text.match(/\bA(?:KI|SI|ID|RO|IP)A[A-Z0-9]+/g) ?? [];

    expect(keys.filter((key) => !key.includes('EXAMPLE'))).toEqual([]);
    expect(keys.filter((key) => key.length !== (/^A[KS]IA/.test(key) ? 20 : 21))).toEqual([]);
  });

  it('has no address of a real machine', () => {
    const addresses = text.match(/(?<=": ")\d+\.\d+\.\d+\.\d+(?=")/g) ?? [];

    expect(addresses.filter((address) => !MADE_UP_ADDRESS.test(address))).toEqual([]);
  });
});
