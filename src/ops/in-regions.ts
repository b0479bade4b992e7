import type { CommandContext } from './command-context.ts';
import type { CommandResult } from './command.ts';
import { OpsError } from './errors.ts';
import { explainFailure } from './explain-failure.ts';
import { holdOutput } from './held-output.ts';
import { style } from './text-for-people.ts';

/** Where a view is run, one of several regions. */
export interface RegionRun {
  /** Whether no text was shown of a region before. */
  readonly isFirst: boolean;
}

/**
 * Runs the same for the stack of each region, one after the other. For programs it is one document,
 * `{"regions": [{"region", ...}]}`. A region that cannot be told does not keep the others from being shown.
 *
 * @param format of the output: in a table each region's part begins with its name
 * @throws OpsError in the end, when a region could not be told
 */
export async function inRegions(
  context: CommandContext,
  regions: readonly string[],
  format: 'table' | 'json' | 'csv',
  run: (context: CommandContext, where: RegionRun) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { output } = context;
  const documents: unknown[] = [];
  const problems: string[] = [];
  const results: CommandResult[] = [];
  let isFirst = true;
  for (const region of regions) {
    const held = holdOutput(output);
    try {
      results.push(await run(context.anew({ region, output: held }), { isFirst }));
    } catch (error) {
      const problem = explainFailure(error);
      if (problem === undefined) throw error;
      problems.push(`${region}: ${problem}`);
      if (held.documents.length === 0) documents.push({ region, problem });
    }
    for (const document of held.documents) documents.push(Object.assign({ region }, document));
    if (held.isEmpty()) continue;
    if (format === 'table') output.line(`${isFirst ? '' : '\n'}${style('bold', region)}`);
    held.release();
    isFirst = false;
  }
  if (format === 'json') output.document({ regions: documents });
  if (problems.length > 0) {
    throw new OpsError(
      `Could not tell of ${problems.length} of ${regions.length} regions:\n  ${problems.join('\n  ')}`,
    );
  }
  return results.includes('found') ? 'found' : 'fine';
}
