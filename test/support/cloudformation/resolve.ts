import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';

/** What the intrinsic functions of one stack resolve to. */
export interface Stack {
  readonly conditions: JsonObject;
  /** The value of `Ref`: of a parameter, a pseudo parameter or a resource; undefined when there is no such thing. */
  ref(name: string): Json | undefined;
  /** The value of `Fn::GetAtt`; undefined when there is no such resource or attribute. */
  attribute(logicalId: string, attribute: string): Json | undefined;
}

/**
 * The value with every intrinsic function of it resolved, as CloudFormation does; undefined for `AWS::NoValue`. Knows
 * the functions that the template uses, and throws for any other.
 */
export function resolve(value: Json, stack: Stack): Json | undefined {
  if (isJsonArray(value)) return resolveItems(value, stack);
  if (!isJsonObject(value)) return value;
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (argument === undefined || name === undefined) return value;
  if (name === 'Ref')
    return argument === 'AWS::NoValue' ? undefined : known(stack.ref(text(argument)), value);
  if (name.startsWith('Fn::')) return call(name, argument, stack);
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const resolved = resolve(inner, stack);
    return resolved === undefined ? [] : [[key, resolved] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether a condition of the stack holds. */
export function holds(condition: string, stack: Stack): boolean {
  return resolve(known(stack.conditions[condition], condition), stack) === true;
}

function call(name: string, argument: Json, stack: Stack): Json | undefined {
  if (name === 'Fn::If') {
    const [condition, ifTrue, ifFalse] = items(argument, 3);
    return resolve(known(holds(text(condition), stack) ? ifTrue : ifFalse, argument), stack);
  }
  if (name === 'Fn::Sub') return substitute(argument, stack);
  const resolved = known(resolve(argument, stack), argument);
  switch (name) {
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = items(resolved, 2);
      return known(stack.attribute(text(logicalId), text(attribute)), argument);
    }
    case 'Fn::Equals': {
      const [left, right] = items(resolved, 2);
      return text(left) === text(right);
    }
    case 'Fn::Not':
      return items(resolved, 1)[0] !== true;
    case 'Fn::Or':
      return isJsonArray(resolved) && resolved.includes(true);
    case 'Fn::And':
      return isJsonArray(resolved) && resolved.every((each) => each === true);
    case 'Fn::Join': {
      const [delimiter, parts] = items(resolved, 2);
      return (isJsonArray(parts) ? parts : []).map(text).join(text(delimiter));
    }
    case 'Fn::Select': {
      const [index, list] = items(resolved, 2);
      return known(isJsonArray(list) ? list[Number(index)] : undefined, argument);
    }
    case 'Fn::Split': {
      const [delimiter, whole] = items(resolved, 2);
      return text(whole).split(text(delimiter));
    }
    default:
      throw new Error(`Expected an intrinsic function that this resolver knows, found ${name}.`);
  }
}

function substitute(argument: Json, stack: Stack): Json {
  const [template, variables = {}] = isJsonArray(argument) ? items(argument, 2) : [argument];
  return text(template).replaceAll(/\$\{([^}]+)\}/g, (placeholder, name: string) => {
    const variable = isJsonObject(variables) ? variables[name] : undefined;
    if (variable !== undefined) return text(resolve(variable, stack));
    const [logicalId = '', attribute] = name.split('.');
    return text(
      known(attribute === undefined ? stack.ref(name) : stack.attribute(logicalId, attribute), placeholder),
    );
  });
}

function resolveItems(values: readonly Json[], stack: Stack): Json[] {
  return values.map((item) => resolve(item, stack)).filter((item) => item !== undefined);
}

function items(value: Json, count: number): readonly Json[] {
  if (isJsonArray(value) && value.length === count) return value;
  throw new Error(`Expected a list of ${count}, found ${JSON.stringify(value)}.`);
}

function text(value: Json | undefined): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`Expected a string, found ${JSON.stringify(value)}.`);
}

function known<Value>(value: Value | undefined, source: Json): Value {
  if (value === undefined)
    throw new Error(`Expected something that the stack has, found ${JSON.stringify(source)}.`);
  return value;
}
