import { describe, expect, it } from 'vitest';
import { inlineKeys } from '../../build/inline-schema-keys.ts';
import { SchemaFormError } from '../../build/schema-form-error.ts';

describe('inlineKeys', () => {
  it('writes the value of a constant into the key that it computes', () => {
    const source =
      'const _xN = "xmlName";\nconst _F = "Filter";\nexport var F$ = [3, _F, { [_xN]: _F }, [_F], [_xN]];\n';

    expect(inlineKeys(source, 'schemas_0.js')).toBe(source.replace('[_xN]:', '"xmlName":'));
  });

  it.for([
    ['there is no computed key', 'const _xN = "xmlName";\nexport var F$ = [3, { a: 1 }];', 'no computed key'],
    [
      'a key is no constant of the file',
      'export var F$ = [3, { [_xN]: 1 }];',
      '[_xN] is not a string constant',
    ],
    [
      'a key is a number',
      'const _xN = 1;\nexport var F$ = [3, { [_xN]: 1 }];',
      '[_xN] is not a string constant',
    ],
    [
      'a key would set the prototype',
      'const _p = "__proto__";\nexport var F$ = { [_p]: 1 };',
      'is "__proto__"',
    ],
    [
      'another computed key stays',
      'const _a = "a";\nexport var F$ = { [_a]: 1, [_a + _a]: 2 };',
      '[_a + _a]:',
    ],
  ] as const)('refuses a file where %s', ([, source, message]) => {
    const rewriting = (): string => inlineKeys(source, 'schemas_0.js');

    expect(rewriting).toThrow(SchemaFormError);
    expect(rewriting).toThrow(message);
  });
});
