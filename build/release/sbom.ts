import * as v from 'valibot';
import type { BundledPackage } from '../packages.ts';

const Component = v.pipe(
  v.looseObject({ 'bom-ref': v.string(), name: v.string(), version: v.string() }),
  // npm's word that it is for development is true of the installation, not of the release.
  v.transform((component) => ({ ...component, properties: [] })),
);

/** What npm writes, as far as it is changed here: https://cyclonedx.org/docs/1.5/json/ */
const Sbom = v.looseObject({
  metadata: v.looseObject({ component: v.looseObject({ 'bom-ref': v.string(), name: v.string() }) }),
  components: v.array(Component),
  dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.optional(v.array(v.string()), []) })),
});
export type Sbom = v.InferOutput<typeof Sbom>;

/**
 * The bill of materials of what is released: npm's own, of all that is installed here, without what is in no bundle.
 *
 * @param json what `npm sbom --sbom-format cyclonedx` prints
 * @param name of the released package; npm takes the folder's
 * @throws Error when a bundled package is not in it
 */
export function sbomOf(json: unknown, name: string, bundled: readonly BundledPackage[]): Sbom {
  const { metadata, components, dependencies, ...rest } = v.parse(Sbom, json);
  const wanted = new Set(bundled.map(keyOf));
  const kept = components.filter((component) => wanted.has(keyOf(component)));
  const missing = wanted.difference(new Set(kept.map(keyOf)));
  if (missing.size > 0) throw new Error(`Expected npm sbom to list ${[...missing].join(', ')}.`);

  const root = metadata.component['bom-ref'];
  const refs = new Set([root, ...kept.map((component) => component['bom-ref'])]);
  return {
    ...rest,
    metadata: { ...metadata, component: { ...metadata.component, name } },
    components: kept,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}
