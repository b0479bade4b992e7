import type { Command } from 'commander';
import { opsCommand } from '../command.ts';
import { knownCauses } from './cause-guide.ts';
import { discardCommand } from './discard-command.ts';
import { listCommand } from './list-command.ts';
import { redriveCommand } from './redrive-command.ts';
import { reviewCommand } from './review-command.ts';
import { showCommand } from './show-command.ts';

/** `dead-letters`: what the enforcer could not settle, and what to do about it. */
export function deadLettersCommand(): Command {
  return opsCommand('dead-letters')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(reviewCommand())
    .addCommand(redriveCommand())
    .addCommand(discardCommand())
    .addHelpText(
      'after',
      `
Causes that --cause takes, any one of a message's:
  ${knownCauses.join(', ')},
  and EventBridge's error code of an undelivered event, for example NO_PERMISSIONS

Reading a queue hides its messages from others; they are given back at the end, or, if the
command is killed, after half a minute. Nothing is lost.`,
    );
}
