"""Error answers around logins, sessions, proofs, roles and permissions.

Texts and codes as in public threads: the code exchange (restfb's and php-graph-sdk's, subcodes 36007 to 36009),
proofs (facebook-python-business-sdk#528), `/debug_token`, `subscribed_apps`, permissions of 200 to 299.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulators.graph.errors import GraphError, invalid_parameter

_PERMISSION_CODES = {"pages_messaging": 230, "instagram_manage_messages": 230, "pages_read_engagement": 283}


def parameter_missing(name: str) -> GraphError:
    """Of the code exchange."""
    codes = {"client_id": 101, "redirect_uri": 191}
    return GraphError(400, f"Missing {name} parameter.", codes.get(name, 1))


def unknown_app() -> GraphError:
    return GraphError(400, "Error validating application. Invalid application ID.", 101)


def wrong_secret() -> GraphError:
    return GraphError(400, "Error validating client secret.", 1)


def code_missing() -> GraphError:
    return GraphError(400, "Missing authorization code", 1)


def code_unreadable() -> GraphError:
    return GraphError(400, "Invalid verification code format.", 100)


def code_expired() -> GraphError:
    return GraphError(400, "This authorization code has expired.", 100, subcode=36007)


def redirect_uri_differs() -> GraphError:
    message = (
        "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
        "in the OAuth dialog request"
    )
    return GraphError(400, message, 100, subcode=36008)


def code_used() -> GraphError:
    return GraphError(400, "This authorization code has been used.", 100, subcode=36009)


def unsupported_grant_type() -> GraphError:
    return GraphError(400, "Param grant_type must be one of {CLIENT_CREDENTIALS, FB_EXCHANGE_TOKEN}", 100)


def proof_wrong() -> GraphError:
    message = "Invalid appsecret_proof provided in the API argument"
    return GraphError(400, message, 100, type="GraphMethodException")


def proof_missing() -> GraphError:
    message = "API calls from the server require an appsecret_proof argument"
    return GraphError(400, message, 100, type="GraphMethodException")


def app_token_needed() -> GraphError:
    return invalid_parameter(
        "You must provide an app access token, or a user access token that is an owner or developer of the app"
    )


def person_needed() -> GraphError:
    return GraphError(400, "An active access token must be used to query information about the current user.", 2500)


def checkpointed() -> GraphError:
    message = (
        "Error validating access token: You cannot access the app till you log in to www.facebook.com and follow "
        "the instructions given."
    )
    return GraphError(400, message, 190, subcode=459)


def unconfirmed() -> GraphError:
    message = (
        "Error validating access token: Sessions for the user are not allowed because the user is not a "
        "confirmed user."
    )
    return GraphError(400, message, 190, subcode=464)


def logged_out() -> GraphError:
    message = "Error validating access token: The session is invalid because the user logged out."
    return GraphError(400, message, 190, subcode=467)


def page_token_needed() -> GraphError:
    return GraphError(400, "(#190) This method must be called with a Page Access Token", 190)


def page_token_needed_to_subscribe() -> GraphError:
    return GraphError(403, "(#210) A page access token is required to request this resource.", 210)


def page_not_granted() -> GraphError:
    """A Page token whose Page the person no longer shares with the app (gitroomhq/postiz-app#2045)."""
    message = (
        "Any of the pages_read_engagement, pages_manage_metadata, pages_read_user_content, pages_manage_ads, "
        "pages_show_list or pages_messaging permission(s) must be granted before impersonating a user's page."
    )
    return GraphError(400, message, 190)


def scope_missing(scope: str) -> GraphError:
    code = _PERMISSION_CODES.get(scope, 200)
    return GraphError(403, f"(#{code}) Requires {scope} permission to manage the object", code)


def scope_missing_for_field(field: str, scope: str) -> GraphError:
    message = f"(#200) To subscribe to the {field} field, one of these permissions is needed: {scope}"
    return GraphError(403, message, 200)


def task_missing() -> GraphError:
    message = (
        "(#200) User does not have sufficient administrative permission for this action on this page. If the page "
        "business requires Two Factor Authentication, the user also needs to enable Two Factor Authentication."
    )
    return GraphError(403, message, 200)


def fields_missing() -> GraphError:
    return invalid_parameter("The parameter subscribed_fields is required.")


def unknown_subscribed_field(position: int, known: Iterable[str]) -> GraphError:
    return invalid_parameter(f"Param subscribed_fields[{position}] must be one of {{{', '.join(known)}}}")
