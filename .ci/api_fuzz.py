"""What .ci/api-fuzz adds to schemathesis."""

import itertools
import os

import schemathesis

TOKENS = os.environ["API_FUZZ_TOKENS"].split()
NEXT = itertools.cycle(TOKENS)

# What the run lives by: its accounts, their tokens, and the estate that there
# is to read. Requests that would end one of them are about something else.
OURS = {str(n + 1) for n in range(len(TOKENS))}
KEPT = {
    ("DELETE", "/api/v1/tokens/{id}"): OURS,
    ("DELETE", "/api/v1/service-accounts/{id}"): OURS,
    ("POST", "/api/v1/service-accounts/{id}/disable"): OURS,
    ("DELETE", "/api/v1/service-accounts/{id}/grants/{group}/{role}"): OURS,
    ("DELETE", "/api/v1/sources/{id}"): {"1"},
}


@schemathesis.hook
def before_call(context, case, kwargs):
    kept = KEPT.get((case.method.upper(), case.operation.path), ())
    if str(case.path_parameters.get("id")) in kept:
        case.path_parameters["id"] = 999_999
    case.headers["Authorization"] = f"Bearer {next(NEXT)}"


@schemathesis.check
def problems(ctx, response, case):
    """Every error is a problem that programs can go by, whatever was asked for."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return
    kind = (response.headers.get("content-type") or ["none"])[0]
    assert kind == "application/problem+json", f"{response.status_code} as {kind}"
    problem = response.json()
    assert problem["code"] and problem["status"] == response.status_code, problem


@schemathesis.check
def still_known(ctx, response, case):
    """The tokens hold and are not limited, so that operations are tried at all."""
    assert response.status_code not in (401, 429), "the request was not let through to the operation"
