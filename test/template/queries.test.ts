import { beforeAll, describe, expect, test } from 'vitest';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { at, textAt } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { telemetryOutput } from '../support/telemetry-output.ts';

const stack = exampleStack(template);
const queries = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
  Type === 'AWS::Logs::QueryDefinition' ? [{ id, query: stack.resources[id] }] : [],
);

/** What CloudWatch Logs and Lambda's own lines have. */
const fromElsewhere = ['@timestamp', 'errorType', 'errorMessage', 'type', 'record'];

describe.each(queries)('the saved query $id', ({ query }) => {
  const text = textAt(query, 'QueryString');
  let logged: Set<string>;

  beforeAll(async () => {
    logged = new Set([...telemetryOutput().flatMap((line) => Object.keys(line)), ...fromElsewhere]);
  });

  test("asks the function's own log, from a folder of the stack", () => {
    expect(at(query, 'LogGroupNames')).toEqual(['EnforceNameTagLogGroup']);
    expect(at(query, 'Name')).toMatch(/^example\/[A-Z]/);
  });

  test('asks for fields that the function logs', () => {
    const asked = fieldsOf(text);

    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((field) => !logged.has(field))).toEqual([]);
  });
});

test('the saved queries answer what operators ask', () => {
  expect(queries.map(({ query }) => textAt(query, 'Name').replace('example/', ''))).toEqual([
    'What was terminated, and by whom it was launched',
    'What could not be settled, and why',
    'What waits, until when',
    'Outcomes and reasons, counted',
    'Who leaves out names most',
    'The story of one instance (put in its id)',
    'Errors, with the place in the source',
    'Notices that failed',
    'Slow invocations, cold starts and memory',
  ]);
});

test('there are none when none are asked for', () => {
  const { resources } = exampleStack(template, { CreateQueries: 'false' });

  expect(Object.keys(resources).filter((id) => id.endsWith('Query'))).toEqual([]);
});

/** Top-level fields that a query names: texts, numbers, functions and its own results left out. */
function fieldsOf(query: string): string[] {
  const own = new Set([...query.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const words = query.replaceAll(/"[^"]*"/g, '').matchAll(/@?[A-Za-z_][\w.]*(?!\w*\()/g);
  const fields = [...words].map(([word]) => word.split('.')[0] ?? '');
  return [...new Set(fields)].filter((field) => !keywords.has(field) && !own.has(field));
}

const keywords = new Set(
  'fields filter sort limit stats by as in asc desc and or not like count count_distinct latest ispresent'.split(
    ' ',
  ),
);
