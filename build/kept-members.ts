import type { Rewriting } from './rewrite-sources.ts';
import { SchemaFormError } from './schema-form-error.ts';
import { ec2SchemaFiles } from './sdk-files.ts';

/**
 * What is read of EC2's answers, by the schemas of the EC2 client. The client makes objects of all that an answer
 * has: an instance has some 60 members, among them lists of its network interfaces and block devices, and nothing kills or
 * spares for any of them but these.
 */
export const membersRead: Readonly<Record<string, readonly string[]>> = {
  Reservation$: ['ReservationId', 'Instances'],
  Instance$: ['ClientToken', 'Tags', 'InstanceId', 'State'],
  InstanceState$: ['Name'],
  InstanceStateChange$: ['InstanceId', 'CurrentState'],
};

/**
 * Leaves the other members out of those schemas, and with them all schemas that they alone refer to:
 *
 *     export var Reservation$ = [3, n0, _Reser, 0, [_RIe, _OI, ...], [[0, {...}], [0, {...}], ...]];
 *
 * The client skips what a schema lacks. That takes 19 kB off the EC2 chunk, and a third off the time of a warm
 * launch of 1,000 nameless instances (`npm run bench`). Requests have schemas of their own, which stay whole.
 */
export const keptMembers: Rewriting = {
  name: 'kept-members',
  files: ec2SchemaFiles,
  rewrite: (source, file) =>
    Object.entries(membersRead).reduce(
      (text, [schema, members]) => keepMembers(text, schema, members, file),
      source,
    ),
};

/**
 * The source with no other members in the structure's schema than these, in the order that they had.
 *
 * @param file names the file in the error
 * @throws SchemaFormError when the schema is not there, not of the form that is known, or lacks one of the members
 */
export function keepMembers(
  source: string,
  schema: string,
  members: readonly string[],
  file: string,
): string {
  const statement = new RegExp(`^export var ${schema.replace('$', String.raw`\$`)} = (.*?);$`, 'ms').exec(
    source,
  );
  const form = /^(\[3, [^[]+)\[([^\]]*)\],\s*\[(.*)\]\s*\]$/s.exec(statement?.[1] ?? '');
  if (statement === null || form === null) {
    throw new SchemaFormError('kept-members', file, `${schema} is not \`[3, ..., [names], [schemas]]\``);
  }
  const [, head = '', names = '', schemas = ''] = form;
  const all = zip(elements(names), elements(schemas));
  if (all === undefined)
    throw new SchemaFormError('kept-members', file, `${schema} has not as many schemas as names`);

  const named = new Map(all.map(([name, member]) => [valueOf(name, source), [name, member] as const]));
  const missing = members.filter((member) => !named.has(member));
  if (missing.length > 0)
    throw new SchemaFormError('kept-members', file, `${schema} has no member ${missing.join(', ')}`);
  const kept = [...named].flatMap(([name, member]) =>
    name !== undefined && members.includes(name) ? [member] : [],
  );
  const list = (column: 0 | 1): string => `[${kept.map((member) => member[column]).join(', ')}]`;
  const rewritten = `export var ${schema} = ${head}${list(0)}, ${list(1)}];`;
  return source.replace(statement[0], () => rewritten);
}

/** The value of the string constant that stands for a member's name. */
function valueOf(constant: string, source: string): string | undefined {
  return new RegExp(`^const ${constant} = "(\\w+)";$`, 'm').exec(source)?.[1];
}

function zip(names: readonly string[], schemas: readonly string[]): [string, string][] | undefined {
  if (names.length !== schemas.length) return undefined;
  return names.map((name, index) => [name, schemas[index] ?? '']);
}

/** The elements of a list as they are written: it is divided at its commas, those within brackets and strings left out. */
function elements(list: string): string[] {
  let depth = 0;
  const found = [''];
  for (const [part] of list.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`]/g)) {
    if (/^[[{(]$/.test(part)) depth += 1;
    if (/^[\]})]$/.test(part)) depth -= 1;
    if (part === ',' && depth === 0) found.push('');
    else found.push((found.pop() ?? '') + part);
  }
  return found.map((element) => element.trim()).filter((element) => element !== '');
}
