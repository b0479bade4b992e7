import { Ec2Error, invalidParameterValue, missingParameter } from './errors.ts';

/**
 * Parameters of one request of EC2's Query protocol, as a tree: `Filter.1.Value.2=x` stands at `Filter`, `1`,
 * `Value`, `2`. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
 */
export class QueryParameters {
  readonly path: string;
  #value: string | undefined;
  readonly #children = new Map<string, QueryParameters>();

  private constructor(path: string) {
    this.path = path;
  }

  static parse(sources: readonly URLSearchParams[]): QueryParameters {
    const root = new QueryParameters('');
    for (const source of sources) {
      for (const [name, value] of source) {
        let node = root;
        for (const part of name.split('.')) node = node.#descend(part);
        if (node.#value !== undefined) {
          throw new Ec2Error('InvalidParameter', `The parameter '${name}' may only be specified once.`);
        }
        node.#value = value;
      }
    }
    return root;
  }

  #descend(part: string): QueryParameters {
    const known = this.#children.get(part);
    if (known !== undefined) return known;
    const made = new QueryParameters(this.path === '' ? part : `${this.path}.${part}`);
    this.#children.set(part, made);
    return made;
  }

  names(): IterableIterator<string> {
    return this.#children.keys();
  }

  text(name: string): string | undefined {
    const node = this.#children.get(name);
    return node === undefined ? undefined : node.#value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw missingParameter(this.#pathOf(name));
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,10}$/.test(value)) {
      throw invalidParameterValue(
        `Value (${value}) for parameter ${this.#pathOf(name)} is invalid. Expecting an integer.`,
      );
    }
    return Number(value);
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw missingParameter(this.#pathOf(name));
    return value;
  }

  boolean(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw invalidParameterValue(
      `Value (${value}) for parameter ${this.#pathOf(name)} is invalid. Expecting true or false.`,
    );
  }

  /** What stands under a name, or undefined when nothing does. */
  group(name: string): QueryParameters | undefined {
    return this.#children.get(name);
  }

  /** Items of the list `name.1`, `name.2`, ... in the order of their numbers, which may have gaps. */
  items(name: string): readonly QueryParameters[] {
    const list = this.#children.get(name);
    if (list === undefined) return [];
    const numbered = [...list.#children].map(([key, node]) => {
      if (!/^\d{1,9}$/.test(key)) {
        throw new Ec2Error('UnknownParameter', `The parameter ${key} is not recognized`);
      }
      return { number: Number(key), node };
    });
    return numbered.toSorted((one, other) => one.number - other.number).map(({ node }) => node);
  }

  /** Values of the list `name.1`, `name.2`, ... */
  texts(name: string): readonly string[] {
    return this.items(name).map((item) => item.#value ?? '');
  }

  /** Every value under this point, by its full name, sorted by name. */
  entries(): readonly (readonly [string, string])[] {
    const found: (readonly [string, string])[] = [];
    const visit = (node: QueryParameters): void => {
      if (node.#value !== undefined) found.push([node.path, node.#value]);
      for (const child of node.#children.values()) visit(child);
    };
    visit(this);
    return found.toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
