import { describe, expect, it } from 'vitest';
import { writeKeysIn } from '../../build/schema-keys.ts';

describe('writeKeysIn', () => {
  it('writes the value of a constant into the key that it computes', () => {
    const source =
      'const _xN = "xmlName";\nconst _F = "Filter";\nexport var F$ = [3, _F, { [_xN]: _F }, [_F], [_xN]];\n';

    expect(writeKeysIn(source, 'schemas_0.js')).toBe(source.replace('[_xN]:', '"xmlName":'));
  });

  it.for([
    ['there is no computed key', 'const _xN = "xmlName";\nexport var F$ = [3, { a: 1 }];', 'found none.'],
    [
      'a key is no constant of the file',
      'export var F$ = [3, { [_xN]: 1 }];',
      '[_xN]: that is no string constant',
    ],
    [
      'a key is a number',
      'const _xN = 1;\nexport var F$ = [3, { [_xN]: 1 }];',
      '[_xN]: that is no string constant',
    ],
    [
      'a key would set the prototype',
      'const _p = "__proto__";\nexport var F$ = { [_p]: 1 };',
      'with the value "__proto__"',
    ],
    [
      'another computed key stays',
      'const _a = "a";\nexport var F$ = { [_a]: 1, [_a + _a]: 2 };',
      'of another form',
    ],
  ] as const)('refuses a file where %s', ([, source, message]) => {
    const rewriting = (): string => writeKeysIn(source, 'schemas_0.js');

    expect(rewriting).toThrow('schemas_0.js: expected schemas with keys like [_xN]:, found ');
    expect(rewriting).toThrow(message);
    expect(rewriting).toThrow('adapt build/schema-keys.ts, or pin the version');
  });
});
