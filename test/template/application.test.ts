import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { at, textAt } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';

const application = at(template.Metadata, 'AWS::ServerlessRepo::Application');

test('the template tells the Serverless Application Repository what the package tells npm', () => {
  expect(application).toMatchObject({
    Name: manifest.name,
    Description: manifest.description,
    SemanticVersion: manifest.version,
    SpdxLicenseId: manifest.license,
  });
});

test('the license and the page that it names are there', () => {
  for (const key of ['LicenseUrl', 'ReadmeUrl']) {
    const file = textAt(application, key);
    expect(existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
  }
});
