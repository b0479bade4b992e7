"""Several accounts of one organization in one MiniStack, where it stops at the border of an account or region.

- A rule's event goes to a bus of another account or region, if the target's role may put it there and the bus lets it
  in. The event keeps its account and region.
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
- CloudFormation makes policies of buses. MiniStack does not know the type, and its own call loses the condition.
- A condition of a template may split a text, and ask for account and region; MiniStack takes what is asked for its name.
- Every account but those that begin with STRANGERS is of the organization ORGANIZATION, by the condition keys
  aws:PrincipalOrgID and aws:ResourceOrgID. MiniStack has the one for the account that made an organization alone.

- moto has EC2, and is told which account a session is of.

An access key of 12 digits is an account's own; that is MiniStack's.
"""

from accounts_of_sessions import note_session
from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, sts
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

ORGANIZATION = "o-localaws01"
STRANGERS = "9"


def apply() -> None:
    be_of_one_organization()
    tell_accounts_of_sessions()
    make_policies_of_buses()
    understand_conditions()
    send_between_buses()


def be_of_one_organization() -> None:
    resolve = iam_evaluator._resolve_condition_key

    def organization_of(account: str | None) -> str | None:
        return None if not account or account.startswith(STRANGERS) else ORGANIZATION

    def resolve_key(key: str, context):
        if key.lower() == "aws:resourceorgid":
            return organization_of(iam_evaluator._account_from_arn(context.resource_arn))
        if key.lower() == "aws:principalorgid":
            return organization_of(context.principal_account)
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_key


def tell_accounts_of_sessions() -> None:
    register = sts.register_session

    def register_and_note(access_key: str, session: dict) -> None:
        register(access_key, session)
        note_session(access_key, parse_arn(session["Arn"]).account_id)

    sts.register_session = register_and_note


def make_policies_of_buses() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html"""

    def put(logical_id: str, properties: dict, stack_name: str):
        bus = properties.get("EventBusName", "default")
        policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
        statement = {**properties["Statement"], "Sid": properties["StatementId"]}
        others = [each for each in policy["Statement"] if each["Sid"] != statement["Sid"]]
        eventbridge._event_bus_policies[bus] = {**policy, "Statement": [*others, statement]}
        return f"{bus}|{statement['Sid']}", {}

    def update(physical_id, _old, new, stack_name, logical_id=None):
        return put(logical_id or physical_id, new, stack_name)

    def delete(_physical_id: str, properties: dict) -> None:
        eventbridge._event_bus_policies.pop(properties.get("EventBusName", "default"), None)

    provisioners._RESOURCE_HANDLERS["AWS::Events::EventBusPolicy"] = {"create": put, "update": update, "delete": delete}


def understand_conditions() -> None:
    evaluate = engine._evaluate_conditions

    def evaluate_all(template: dict, parameters: dict) -> dict:
        pseudo = {"AWS::AccountId": get_account_id(), "AWS::Region": get_region()}

        def resolved(value):
            if isinstance(value, list):
                return [resolved(each) for each in value]
            if not isinstance(value, dict):
                return value
            if value.get("Ref") in pseudo:
                return pseudo[value["Ref"]]
            if "Fn::Split" in value:
                delimiter, text = value["Fn::Split"]
                return parameters[text["Ref"]]["Value"].split(delimiter)
            return {key: resolved(each) for key, each in value.items()}

        conditions = resolved(template.get("Conditions", {}))
        return evaluate({**template, "Conditions": conditions}, parameters)

    for module in (changesets, engine, handlers, provisioners, stacks):
        module._evaluate_conditions = evaluate_all


def send_between_buses() -> None:
    invoke = eventbridge._invoke_target

    def invoke_with_role(target: dict, event: dict, rule: dict, view=None) -> None:
        spec = parse_arn(target["Arn"])
        here = (get_account_id(), get_region())
        if spec.service != "events" or (spec.account_id, spec.region) == here:
            invoke(target, event, rule, view)
        elif may_put(target.get("RoleArn"), target["Arn"]):
            with request_scope(spec.account_id, spec.region):
                eventbridge._dispatch_event({**event, "EventBusName": spec.resource.split("/", 1)[1]})

    eventbridge._invoke_target = invoke_with_role


def may_put(role: str | None, bus: str) -> bool:
    """Whether a role lets its rule put events on a bus of another account or region, and the bus takes them of it."""
    if role is None:
        return False
    source, target = parse_arn(role), parse_arn(bus)
    name = role.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{source.account_id}:assumed-role/{name}/events",
        principal_type="AssumedRole",
        principal_account=source.account_id,
        action="events:PutEvents",
        resource_arn=bus,
        region=target.region,
    )
    own = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, source.account_id))
    with request_scope(target.account_id, target.region):
        policy = eventbridge._event_bus_policies.get(target.resource.split("/", 1)[1])
    owner = iam_evaluator.evaluate_resource_policy(policy, context)
    return own.decision == owner.decision == "Allow"
