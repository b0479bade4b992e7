import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { createLogGroup } from '../aws/cloudwatch-logs.ts';
import { createEc2Tags } from '../aws/ec2-tags.ts';
import { readCallerArn } from '../aws/sts-caller.ts';
import { opsCommand, withContext, type CommandResult } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { counted } from '../counted.ts';
import { OpsError } from '../errors.ts';
import { explainFailure } from '../explain-failure.ts';
import { createPrompt, type Prompt } from '../prompt.ts';
import { style } from '../text-for-people.ts';
import { readCurrentState } from './current-state.ts';
import { discard, discardStream } from './discard.ts';
import { forecastOf, forecastText } from './forecast.ts';
import { sortLetters } from './letter-groups.ts';
import { sourceOf, type DeadLetter } from './letter.ts';
import { printLetter } from './print-letter.ts';
import { printForeign } from './print-letters.ts';
import { printRedriven } from './print-redriven.ts';
import { redrive } from './redrive.ts';
import { redriveTargets } from './redrive-targets.ts';
import { review, type ReviewParts } from './review.ts';
import { addSelectionOptions, readSelection, refuseUnknownValues } from './selection.ts';
import { openSession, sortByUse, withSweep, type OpenSweep, type Session } from './session.ts';
import { stackTodo } from './stack-todo.ts';

/** `dead-letters review`: one by one, with a person who says what to do. */
export function reviewCommand(): Command {
  return addSelectionOptions(opsCommand('review'))
    .description('go through them one by one: redrive, name, discard or skip each')
    .addHelpText(
      'after',
      `
Shows each letter as \`show\` does, and asks. Those that failed alike come one after the other.
  redrive  invokes the function with the event, as \`redrive --yes\` does: it may terminate
  name     gives its nameless instances a name that you type, with your credentials, then redrives
  discard  deletes the letter for a reason that you type, as \`discard --yes\` does
  skip     leaves it where it is, and goes on
  quit     ends the review; so do Ctrl-C and Ctrl-D, at every question
A letter is deleted only when its launch is settled, or its reason is logged.

Exit codes:
  0  none is left of those that were selected
  1  some are left
  2  could not tell, or nobody is at a terminal`,
    )
    .action(withContext(run));
}

async function run(context: CommandContext, command: Command): Promise<CommandResult> {
  const { output } = context;
  if (output.json) throw new OpsError('Expected review without --json, since it asks a person.');
  const prompt = createPrompt();
  const selection = readSelection(command.opts());
  const session = await openSession(context);
  return withSweep(context, session, async (sweep) => {
    const { all, selected, foreign } = await sortByUse(sweep.letters(), selection);
    printForeign(output, foreign);
    const parts = reviewParts(context, session, sweep, prompt);
    const { settled, discarded, left } = await review(sortLetters(selected, 'count'), parts);
    output.line(
      `${counted(selected.length, 'dead letter')}: ${settled} settled, ${discarded} discarded, ` +
        `${left} left in the queue.`,
    );
    refuseUnknownValues(selection, all);
    return left > 0 ? 'found' : 'fine';
  });
}

function reviewParts(
  context: CommandContext,
  session: Session,
  sweep: OpenSweep,
  prompt: Prompt,
): ReviewParts {
  const { connection, output } = context;
  const { stack, home, reach, retention, queue } = session;
  const { DeadLetterQueueUrl, LogGroupName, Mode } = stack.outputs;
  const targets = redriveTargets(context, session);
  const log = createLogGroup(connection, LogGroupName);
  const streamName = discardStream();
  let discardedBy: string | undefined;

  return {
    ask: async (question) => prompt.ask(question),
    tell: (text) => output.line(text),
    show(letter, state, position) {
      const forecast = forecastOf([letter], new Map([[letter.messageId, state]]));
      output.line(`\n${style('bold', position)}`);
      printLetter(output, letter, {
        state,
        todo: stackTodo(context, session, letter, state),
        retention,
        queueUrl: DeadLetterQueueUrl,
        home,
      });
      output.line(`\nA redrive: ${forecastText(forecast, Mode)}`);
    },
    async stateOf(letter) {
      const none = { instances: [], complete: false };
      return (await readCurrentState([letter], session)).get(letter.messageId) ?? none;
    },
    async redrive(letter) {
      const report = await redrive(only(letter), {
        selection: {},
        parallel: 1,
        // What ends a redrive of many ends here no more than that of this letter.
        sweep: { delete: sweep.delete, stop: () => {} },
        queue,
        targets,
        reach,
        onTrouble: sweep.onTrouble,
      });
      printRedriven(output, report, home);
      return report.redriven[0]?.result ?? 'untried';
    },
    async name(letter, instanceIds, name) {
      const { account, region } = sourceOf(letter) ?? {};
      const place = reach.settledIn({ account, region });
      const there = place && (await reach.connectionTo(place));
      if (there === undefined)
        throw new OpsError('Expected a connection to where the instances are, found none.');
      await createEc2Tags(there).name(instanceIds, name);
    },
    async discard(letter, reason) {
      if (discardedBy === undefined) {
        const arn = await readCallerArn(connection);
        await log.createStream(streamName);
        discardedBy = arn;
      }
      await discard(only(letter), {
        selection: {},
        reason,
        discardedBy,
        sweep,
        log: { createStream: async () => {}, write: async (stream, lines) => log.write(stream, lines) },
        streamName,
      });
      output.line(`Discarded. Logged to ${LogGroupName}, stream ${streamName}.`);
    },
    explain: explainFailure,
    isInterrupted: sweep.isInterrupted,
    wait: async () => setTimeout(1_000),
  };
}

async function* only(letter: DeadLetter): AsyncGenerator<DeadLetter> {
  yield letter;
}
