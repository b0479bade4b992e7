const steps = [
  { unit: 'd', length: 86_400_000, below: { unit: 'h', length: 3_600_000 } },
  { unit: 'h', length: 3_600_000, below: { unit: 'min', length: 60_000 } },
  { unit: 'min', length: 60_000, below: undefined },
  { unit: 's', length: 1_000, below: undefined },
] as const;

/**
 * A time span for people, in at most two units: `3 d 4 h`, `2 h 5 min`, `12 min`, `8 s`.
 *
 * @param span milliseconds; less than none counts as none
 */
export function formatAge(span: number): string {
  const step = steps.find(({ length }) => span >= length);
  if (step === undefined) return '0 s';
  const whole = `${Math.floor(span / step.length)} ${step.unit}`;
  const rest = step.below && Math.floor((span % step.length) / step.below.length);
  return rest ? `${whole} ${rest} ${step.below?.unit}` : whole;
}

/** The age of a moment in epoch milliseconds; `unknown` for an unknown one. */
export function formatSince(moment: number | undefined): string {
  return moment === undefined ? 'unknown' : formatAge(Date.now() - moment);
}
