import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { samDeploy } from '../../build/deploy.ts';

const fresh = readFileSync(new URL('../../samconfig.toml', import.meta.url), 'utf8');
const answered = `${fresh}\n[default.deploy.parameters]\nregion = "eu-central-1"\n`;

test('the first deployment of a fresh clone is guided', () => {
  expect(samDeploy({ samConfig: fresh, given: [], interactive: true })).toEqual(['deploy', '--guided']);
});

test('later ones take the answers of the first', () => {
  expect(samDeploy({ samConfig: answered, given: [], interactive: true })).toEqual(['deploy']);
});

test('where nobody can answer, nothing is asked', () => {
  expect(samDeploy({ samConfig: fresh, given: [], interactive: false })).toEqual(['deploy']);
});

test('options go to sam deploy as they are, which then asks nothing', () => {
  const given = ['--config-env', 'production', '--no-confirm-changeset'];

  expect(samDeploy({ samConfig: fresh, given, interactive: true })).toEqual(['deploy', ...given]);
});
