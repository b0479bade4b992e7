/** How the first value of an invocation is made, or what it is. */
type First<T> = { readonly fresh: () => T } | { readonly initial: T };

/**
 * Stands in the bundle for the Powertools' `InvocationScoped`, which keeps what invocations of one process at the same
 * time must not share. Lambda runs this function's invocations one after the other, so there is one value for all. The
 * Powertools ask the environment for that at each access: 25 times for a launch that is spared.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class InvocationScoped<T> {
  readonly isScoped = false;
  readonly #first: () => T;
  #value: [T] | undefined;

  constructor(_name: string, first: First<T>) {
    this.#first = 'fresh' in first ? first.fresh : () => first.initial;
  }

  get(): T {
    this.#value ??= [this.#first()];
    return this.#value[0];
  }

  set(value: T): void {
    this.#value = [value];
  }

  reset(): void {
    this.#value = undefined;
  }

  getShared(): T {
    return this.get();
  }

  setShared(value: T): void {
    this.set(value);
  }
}
