import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
formats.default(ajv);
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL('../../docs/notice.schema.json', import.meta.url), 'utf8')),
);

/** What `docs/notice.schema.json` finds wrong with the detail of a notice; nothing in a right one. */
export function schemaFaults(detail: unknown): string[] {
  validate(detail);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
