import type { Template } from './parse-template.ts';

/** Whether a parameter allows a value, as CloudFormation would judge it before it touches anything. */
export function allows(
  parameter: Template['Parameters'][string] | undefined,
  value: string | number | undefined,
): boolean {
  if (parameter === undefined || value === undefined) return false;
  const {
    Type,
    AllowedValues,
    AllowedPattern,
    MinValue = -Infinity,
    MaxValue = Infinity,
    MinLength = 0,
    MaxLength = Infinity,
  } = parameter;
  if (Type === 'Number' && !(Number(value) >= MinValue && Number(value) <= MaxValue)) return false;
  if (AllowedValues !== undefined && !AllowedValues.map(String).includes(String(value))) return false;
  if (AllowedPattern !== undefined && !new RegExp(AllowedPattern, 'u').test(String(value))) return false;
  const { length } = String(value);
  return length >= MinLength && length <= MaxLength;
}
