import type { Tag } from '../../enforcer/launch.ts';
import { Ec2Error } from './errors.ts';
import type { LaunchTemplateReference } from './launch-request.ts';

/** A launch template, of one version only. */
export interface LaunchTemplate {
  /** `lt-` and 17 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly imageId?: string;
  readonly instanceType?: string;
  /** Tags for instances. A launch may override their values. */
  readonly instanceTags: readonly Tag[];
}

const onlyVersion = new Set([undefined, '1', '$Default', '$Latest']);

/** Finds the template of a launch, or refuses as EC2 does. */
export function findLaunchTemplate(
  templates: readonly LaunchTemplate[],
  reference: LaunchTemplateReference,
): LaunchTemplate {
  const found = templates.find((template) => template[reference.by] === reference.value);
  if (found === undefined) throw notFound(reference);
  if (!onlyVersion.has(reference.version)) {
    throw new Ec2Error(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${reference.version} for the launch template with ID ${found.id}.`,
    );
  }
  return found;
}

/** Tags that EC2 itself adds to what was launched from a template. */
export function templateOrigin(template: LaunchTemplate): readonly Tag[] {
  return [
    { key: 'aws:ec2launchtemplate:id', value: template.id },
    { key: 'aws:ec2launchtemplate:version', value: '1' },
  ];
}

function notFound({ by, value }: LaunchTemplateReference): Ec2Error {
  return by === 'name'
    ? new Ec2Error(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${value}, does not exist.`,
      )
    : new Ec2Error(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${value}, does not exist.`,
      );
}
