//! What to do about a refusal.
//!
//! Graph gives nearly every refused licence the same code, so the message decides. Matching is loose, in any
//! case, and what isn't known gets the general page.

use mglicense_graph::GraphError;

const GENERAL: &str = "See https://learn.microsoft.com/graph/errors.";

/// Parts of messages, and what to do when one of them is seen.
const BY_MESSAGE: &[(&str, &str)] = &[
    (
        "invalid usage location",
        "Give the account a usage location first: Update-MgUser -UserId <id> -UsageLocation <two letters>, or pass \
         -UsageLocation to Set-MgUserLicense, which sets it in the same call.",
    ),
    (
        "does not correspond to a valid company license",
        "The organisation doesn't own this product. Get-MgSubscribedSku lists what it owns.",
    ),
    (
        "does not have any available licenses",
        "No seat is free. Get-MgSubscribedSku shows enabled and consumed units; buy seats or free some.",
    ),
    (
        "does not have a corresponding license",
        "The account doesn't hold this product. Remove-MgUserLicense takes away only what is held.",
    ),
    (
        "inherited from a group membership",
        "The product comes through a group: take the account out of the group, or the product off the group.",
    ),
    (
        "depends on the service plan",
        "Add a product with the plan that is needed in the same call, or switch the dependent plan off with DisabledPlans.",
    ),
    (
        "mutually exclusive",
        "Remove the other product in the same call, or switch one of the named plans off with DisabledPlans.",
    ),
    (
        "missing from the request payload",
        "Send both addLicenses and removeLicenses; either may be empty.",
    ),
    (
        "no license changes provided",
        "Nothing was asked for. Was a property read without -Property, so that it is empty?",
    ),
    (
        "edm.guid",
        "This is neither an id nor a known product or plan name. Get-MgSubscribedSku lists the names; is it two names in one text?",
    ),
    (
        "on-premises mastered",
        "Change this property in the local Active Directory, or send usageLocation alone, which may be set here.",
    ),
    (
        "cannot be assigned to a user",
        "This product is for the whole organisation and can't be given to an account.",
    ),
    (
        "property proxyaddresses already exists",
        "Another object holds one of the account's mail addresses; remove the duplicate address first.",
    ),
    (
        "consistencylevel",
        "Add -ConsistencyLevel eventual and -CountVariable: this query is one of the advanced ones.",
    ),
    (
        "required parameters might be missing",
        "Add -ConsistencyLevel eventual and -CountVariable: this query is one of the advanced ones.",
    ),
    (
        "property 'usagelocation'",
        "A usage location is a two-letter ISO 3166 code, such as GB (not UK) or US.",
    ),
];

const BY_CODE: &[(&str, &str)] = &[
    (
        "Request_ResourceNotFound",
        "Check the id. An account just created or deleted may take a moment to show.",
    ),
    (
        "Authorization_RequestDenied",
        "The sign-in lacks a permission. Assigning licences needs LicenseAssignment.ReadWrite.All or \
         User.ReadWrite.All; setting a usage location needs User.ReadWrite.All. Connect-MgGraph -Scopes asks for them.",
    ),
    (
        "InvalidAuthenticationToken",
        "Sign in again with Connect-MgGraph.",
    ),
    (
        "Directory_ExpiredPageToken",
        "The listing took too long and its place was lost; start it again.",
    ),
    (
        "Directory_ConcurrencyViolation",
        "Something else changed the same object; wait a moment and try again.",
    ),
    (
        "TooManyRequests",
        "The service limits the rate of calls; wait for the time its Retry-After names.",
    ),
];

/// What to do about a refusal, in a sentence or two.
#[must_use]
pub fn for_refusal(error: &GraphError) -> String {
    let message = error
        .message
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let by_message = BY_MESSAGE.iter().find(|(part, _)| message.contains(part));
    let by_code = || {
        BY_CODE.iter().find(|(code, _)| {
            error
                .code
                .as_deref()
                .is_some_and(|found| found.eq_ignore_ascii_case(code))
        })
    };
    let by_status = || match error.status {
        401 => Some("Sign in again with Connect-MgGraph."),
        429 => {
            Some("The service limits the rate of calls; wait for the time its Retry-After names.")
        }
        500..=599 => {
            Some("The service failed. Try again in a moment; quote the request id if it goes on.")
        }
        _ => None,
    };
    let action = by_message
        .or_else(by_code)
        .map(|(_, action)| *action)
        .or_else(by_status);
    action.map_or_else(
        || GENERAL.to_owned(),
        |action| format!("{action} {GENERAL}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, code: &str, message: &str) -> GraphError {
        GraphError {
            status,
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            date: None,
            request_id: None,
            client_request_id: None,
            excerpt: None,
        }
    }

    #[test]
    fn a_refusal_with_a_known_message_gets_its_own_advice_and_the_general_page() {
        let error = refusal(
            400,
            "Request_BadRequest",
            "License assignment cannot be done for user with invalid usage location.",
        );
        let action = for_refusal(&error);
        assert!(action.contains("-UsageLocation"), "{action}");
        assert!(
            action.contains("learn.microsoft.com/graph/errors"),
            "{action}"
        );
    }

    #[test]
    fn the_message_decides_before_the_code_and_the_code_before_the_status() {
        assert!(
            for_refusal(&refusal(404, "Request_ResourceNotFound", "x")).starts_with("Check the id")
        );
        assert!(
            for_refusal(&refusal(503, "ServiceUnavailable", "x")).starts_with("The service failed")
        );
        assert_eq!(
            for_refusal(&refusal(400, "Request_BadRequest", "something new")),
            GENERAL
        );
    }
}
