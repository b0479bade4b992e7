import type { Unsettled } from '../../enforcer/outcome.ts';
import type { Guide } from './guide.ts';

/** What a dead letter can be selected by. `undelivered` goes with EventBridge's own error code as well. */
export type Cause =
  | 'unsettled'
  | Unsettled['reason']
  | 'unlisted'
  | 'timed-out'
  | 'expired'
  | 'undelivered'
  | 'never-finished'
  | 'foreign-launch'
  | 'invalid-event'
  | 'function-error';

const NAME_IT = 'aws ec2 create-tags --region REGION --resources INSTANCES --tags Key=Name,Value=NAME';
const END_IT = 'aws ec2 terminate-instances --region REGION --instance-ids INSTANCES';
const SEE_IT = 'aws ec2 describe-instances --region REGION --instance-ids INSTANCES';
const SEE_ERRORS = `aws logs tail LOG_GROUP --since 1d --format short --filter-pattern '{ $.level = "ERROR" }'`;
const FIND_LAUNCH =
  'aws cloudtrail lookup-events --region REGION --lookup-attributes AttributeKey=EventId,AttributeValue=EVENT';
const HEALTH = '[AWS Health](https://health.aws.amazon.com/health/status)';

/** In the order in which people are told of them. */
export const guides: Readonly<Record<Cause, Guide>> = {
  protected: {
    advice:
      'Termination protection is on, and somebody chose it. Ask the launcher. Name the instance, or switch protection off.',
    commands: [
      NAME_IT,
      'aws ec2 modify-instance-attribute --region REGION --instance-id INSTANCE --no-disable-api-termination',
    ],
    end: 'redrive',
  },
  denied: {
    advice:
      'The role may not terminate it though it has no name. Look for a tag that differs from `Name` in case alone, and correct it; or for a policy of the organization that denies `ec2:TerminateInstances` to the role.',
    commands: [
      'aws ec2 describe-tags --region REGION --filters Name=resource-id,Values=INSTANCE',
      'aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --action-names ec2:TerminateInstances',
      'OPS doctor',
    ],
    end: 'redrive',
  },
  relaunched: {
    advice:
      'Its group launches another one each time, so that it was left alone. First name what the group launches: `dead-letters show` names the group, and gives the command for it; of a Spot request that is persistent, the command that cancels it. Then name the instance, or terminate it yourself.',
    tellsGroups: true,
    commands: [NAME_IT, END_IT],
    end: 'redrive',
  },
  refused: {
    advice:
      'EC2 does not terminate it on request, and says why. A service may manage it: act there, or name the instance.',
    commands: [SEE_IT, NAME_IT],
    end: 'redrive',
  },
  'not-visible': {
    advice: 'EC2 never showed it. See whether it runs, and in which region.',
    commands: [SEE_IT],
    end: 'redrive',
  },
  unreadable: {
    advice: `EC2 did not tell its tags, for six hours of tries. See what EC2 said above, and ${HEALTH}.`,
    commands: [SEE_IT],
    end: 'redrive',
  },
  'not-terminated': {
    advice: `EC2 did not do, or did not confirm, what it was asked for six hours. See what EC2 said above, and ${HEALTH}.`,
    commands: [SEE_IT],
    end: 'redrive',
  },
  'not-named': {
    advice: `EC2 did not do, or did not confirm, that it was given a name, for six hours of tries. See what EC2 said above, and ${HEALTH}. Or name it yourself.`,
    commands: [SEE_IT, NAME_IT],
    end: 'redrive',
  },
  'out-of-time': {
    advice: 'A launch of this size takes longer than `Timeout`. Raise it.',
    commands: ['npm run deploy'],
    end: 'redrive',
  },
  'timed-out': {
    advice: 'Lambda ended the function before it was done. Raise `Timeout`, or `MemorySize`.',
    commands: [SEE_ERRORS, 'npm run deploy'],
    end: 'redrive',
  },
  unlisted: {
    advice:
      'CloudTrail left the instances out of the event, and they could not all be found. Find them by the event or its reservation, and name or terminate each.',
    commands: [
      FIND_LAUNCH,
      'aws ec2 describe-instances --region REGION --filters Name=reservation-id,Values=RESERVATION',
    ],
    end: 'discard',
  },
  expired: {
    advice:
      'It waited for a try for longer than Lambda keeps an event, six hours: there were more launches than the functions may handle at a time. See [Event age](#event-age).',
    commands: ['OPS doctor'],
    end: 'redrive',
  },
  undelivered: {
    advice:
      'The rule could not hand the event over. Fix the delivery first: see [Undelivered events](#undelivered-events).',
    commands: ['OPS doctor', 'npm run deploy'],
    end: 'redrive',
  },
  'never-finished': {
    advice:
      'The function for second looks took the message ten times and never came to an end. See [Second-look errors](#second-look-errors).',
    commands: [SEE_ERRORS, 'OPS doctor'],
    end: 'redrive',
  },
  'foreign-launch': {
    advice:
      'It is of an account or region that the stack does not act in, or does not tell which: a hub acts in its organization, another stack in its own account and region. See to its instances there, with credentials of that account.',
    commands: [SEE_IT, NAME_IT],
    end: 'discard',
  },
  'invalid-event': {
    advice:
      'It tells of no launch, and to send it again does not help. Somebody may have invoked the function by hand. See whose log line it is.',
    commands: [SEE_ERRORS],
    end: 'discard',
  },
  'function-error': {
    advice:
      'The function failed in a way of its own, such as a setting that is wrong. See [Function errors](#function-errors).',
    commands: [SEE_ERRORS, 'OPS doctor'],
    end: 'redrive',
  },
  unsettled: {
    advice: 'Some instances stayed open, for the reasons that are further causes. Do what those say.',
    commands: [SEE_IT],
    end: 'redrive',
  },
};

/** What `--cause` takes. */
export const knownCauses: readonly string[] = Object.keys(guides);

/** What goes before any cause: what is known now. */
export const guidesOfNow = {
  'settled by now': {
    advice:
      'All its instances are named, exempt or gone by now. A redrive lets the function see so, and deletes the message.',
    commands: [],
    end: 'redrive',
  },
  'foreign no more': {
    advice:
      'When it failed the stack did not act in its account and region. It is a hub now, and does: a redrive settles it there.',
    commands: [],
    end: 'redrive',
  },
  'event left out': {
    advice:
      'Event and error were too large for the queue, and the event was left out: there is nothing to send again. Find the launch in CloudTrail, by what the error names, and see to its instances.',
    commands: [FIND_LAUNCH],
    end: 'discard',
  },
} as const satisfies Readonly<Record<string, Guide>>;
