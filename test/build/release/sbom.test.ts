import { describe, expect, it } from 'vitest';
import { sbomOf } from '../../../build/release/sbom.ts';

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  purl: `pkg:npm/${name}@${version}`,
  properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
});
const json = {
  bomFormat: 'CycloneDX',
  metadata: { component: { 'bom-ref': 'enforcer@1.0.0', name: 'folder' } },
  components: [
    component('commander', '15.1.0'),
    component('commander', '14.0.3'),
    component('vitest', '5.1.1'),
  ],
  dependencies: [
    { ref: 'enforcer@1.0.0', dependsOn: ['commander@15.1.0', 'vitest@5.1.1'] },
    { ref: 'commander@15.1.0' },
    { ref: 'commander@14.0.3' },
    { ref: 'vitest@5.1.1', dependsOn: ['commander@14.0.3'] },
  ],
};
const bundled = { name: 'commander', version: '15.1.0', licence: 'MIT', folder: 'node_modules/commander' };

describe('sbomOf', () => {
  it('keeps what is bundled, and no other version of it', () => {
    expect(sbomOf(json, 'enforcer', [bundled])).toEqual({
      bomFormat: 'CycloneDX',
      metadata: { component: { 'bom-ref': 'enforcer@1.0.0', name: 'enforcer' } },
      components: [
        {
          'bom-ref': 'commander@15.1.0',
          name: 'commander',
          version: '15.1.0',
          purl: 'pkg:npm/commander@15.1.0',
          properties: [],
        },
      ],
      dependencies: [
        { ref: 'enforcer@1.0.0', dependsOn: ['commander@15.1.0'] },
        { ref: 'commander@15.1.0', dependsOn: [] },
      ],
    });
  });

  it('misses a bundled package that npm does not list', () => {
    expect(() => sbomOf(json, 'enforcer', [{ ...bundled, version: '16.0.0' }])).toThrow(
      'Expected npm sbom to list commander@16.0.0.',
    );
  });
});
