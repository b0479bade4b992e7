import type { Stack } from '../stack.ts';

/**
 * The commands that show, and then undo, every change that was made to the stack by hand. Parameters that a change set
 * does not name get their defaults, so each is named to keep its value.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
 */
export function undoDriftCommands({ name, parameters }: Stack): string[] {
  const kept = Object.keys(parameters).map((key) => `ParameterKey=${key},UsePreviousValue=true`);
  const changeSet = `--stack-name ${name} --change-set-name undo-drift`;
  return [
    `aws cloudformation create-change-set ${changeSet} --deployment-mode REVERT_DRIFT ` +
      `--use-previous-template --capabilities CAPABILITY_IAM` +
      (kept.length === 0 ? '' : ` --parameters ${kept.join(' ')}`),
    `aws cloudformation wait change-set-create-complete ${changeSet}`,
    `aws cloudformation describe-change-set ${changeSet}`,
    `aws cloudformation execute-change-set ${changeSet}`,
  ];
}
