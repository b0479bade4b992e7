import type { Command } from 'commander';
import { opsCommand, withContext } from '../command.ts';

/** `doctor`: is it really on? */
export function doctorCommand(): Command {
  return opsCommand('doctor')
    .description('whether the enforcer is really on, and how to mend what is not')
    .action(
      withContext(async ({ output, stack }) => {
        const { name, outputs } = await stack();
        output.line(`${name}: mode ${outputs.Mode}`);
        return 'fine';
      }),
    );
}
