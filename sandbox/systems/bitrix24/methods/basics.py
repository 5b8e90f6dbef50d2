"""Probes that tell who calls and what the portal can do."""

from __future__ import annotations

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.wire import moments
from sandbox.systems.bitrix24.wire.errors import ApiError


def profile(call: Call) -> Answer:
    """Tell who the webhook's owner is."""
    user = call.state.users.rows[call.actor.user_id]
    known = {"ID": str(user["ID"]), "ADMIN": call.actor.admin, "NAME": user["NAME"], "LAST_NAME": user["LAST_NAME"]}
    return Answer(known | {"PERSONAL_GENDER": "", "TIME_ZONE": user["TIME_ZONE"]})


def server_time(call: Call) -> Answer:
    """Tell the server's time."""
    return Answer(moments.print_moment(call.now))


def scope(call: Call) -> Answer:
    """Tell which scopes are ticked on the webhook."""
    return Answer(sorted(call.actor.scopes))


def feature(call: Call) -> Answer:
    """Tell whether the portal has a feature of the dearer plans: it has none."""
    if not call.params.has("CODE"):
        raise ApiError("CODE_EMPTY", "CODE can't be empty")
    return Answer({"value": "N"})


def crm_mode(call: Call) -> Answer:
    """Tell whether the CRM works with leads (1) or without (2)."""
    return Answer(call.switches["crm_mode"])


METHODS = (
    Method("profile", profile),
    Method("server.time", server_time),
    Method("scope", scope),
    Method("feature.get", feature),
    Method("crm.settings.mode.get", crm_mode, scopes=("crm",)),
)
