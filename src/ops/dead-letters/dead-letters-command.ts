import type { Command } from 'commander';
import { opsCommand } from '../command.ts';

/** `dead-letters`: what the enforcer could not settle, and what to do about it. */
export function deadLettersCommand(): Command {
  return opsCommand('dead-letters').description('what could not be settled or delivered, and why');
}
