//! What the numbers and words mean by which a place to sign in refuses.
//!
//! Microsoft documents the numbers (`AADSTS…`) of its sign-in service, RFC 6749 and RFC 8628 the words.

/// What a refusal means, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// What it means, as a clause in which `{app}` and `{tenant}` are to be filled in.
    pub(super) clause: &'static str,
    /// What to do, as a sentence.
    pub(super) advice: &'static str,
}

impl Meaning {
    /// What a number means, if it is known.
    pub(super) fn of_number(number: u64) -> Option<Self> {
        Self::find(BY_NUMBER, |known| *known == number)
    }

    /// What a word of OAuth means, if it is known.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::find(BY_WORD, |known| *known == word)
    }

    fn find<K>(
        rows: &[(K, &'static str, &'static str)],
        is_meant: impl Fn(&K) -> bool,
    ) -> Option<Self> {
        let (_, clause, advice) = rows.iter().find(|(key, _, _)| is_meant(key))?;
        Some(Self { clause, advice })
    }
}

const SECRET_ADVICE: &str = "Use the secret's value, not its id; make a new one under the application's 'Certificates & secrets' if it is lost.";
const APP_ADVICE: &str = "Check -ClientId and -TenantId: an application signs in only to tenants in which it is registered or was consented to.";
const TENANT_ADVICE: &str = "Check -TenantId (an id or a domain of the tenant), and -Environment if the tenant is in a national cloud.";
const USER_ADVICE: &str = "Sign in with an account of this tenant, or have it invited as a guest.";
pub(super) const AGAIN: &str = "Sign in again with Connect-MgGraph.";
const MFA_ADVICE: &str = "Sign in in a browser with Connect-MgGraph (without -UseDeviceCode) and complete the second factor; unattended scripts sign in as an application.";
const POLICY_ADVICE: &str = "A Conditional Access policy decides this: the tenant's sign-in log names it. Ask its administrator, or sign in from a device and place that it allows.";
const CONSENT_ADVICE: &str = "Ask an administrator to consent to the application's permissions, or sign in once with Connect-MgGraph -Scopes and consent.";
const ASSERTION_ADVICE: &str = "Upload this certificate's public part to the application's 'Certificates & secrets', and check that -ClientId names that application.";
const FEDERATION_ADVICE: &str = "Compare issuer, subject and audience (api://AzureADTokenExchange) of the token in AZURE_FEDERATED_TOKEN_FILE with the application's federated credentials.";
const BUSY_ADVICE: &str = "Wait a moment and connect again.";

/// By number: a clause, and what to do.
const BY_NUMBER: &[(u64, &str, &str)] = &[
    (
        16000,
        "the account does not exist in tenant {tenant}",
        USER_ADVICE,
    ),
    (
        50001,
        "Microsoft Graph is not available in tenant {tenant}",
        TENANT_ADVICE,
    ),
    (
        50002,
        "tenant {tenant} is not on the list that this network's tenant restrictions allow",
        "Ask whoever runs the proxy of this network.",
    ),
    (
        500011,
        "Microsoft Graph is not known in tenant {tenant}",
        "Check that -Environment names the cloud that the tenant is in.",
    ),
    (
        50011,
        "the address to return to after signing in is not registered for application {app}",
        "Add http://localhost under 'Mobile and desktop applications' of the application's registration, or leave -ClientId out.",
    ),
    (
        50012,
        "the certificate is not accepted for application {app}",
        ASSERTION_ADVICE,
    ),
    (
        50013,
        "the signed assertion is not accepted",
        ASSERTION_ADVICE,
    ),
    (
        500133,
        "the assertion is outside its time of validity",
        "Set this machine's clock, and check that the token it was made from has not ended.",
    ),
    (
        50014,
        "the account does not exist in tenant {tenant}",
        USER_ADVICE,
    ),
    (
        50020,
        "the account comes from elsewhere and does not exist in tenant {tenant}",
        USER_ADVICE,
    ),
    (
        500208,
        "accounts of this kind can't sign in to tenant {tenant}",
        "Sign in with a work or school account.",
    ),
    (
        50034,
        "the account does not exist in tenant {tenant}",
        USER_ADVICE,
    ),
    (
        50053,
        "the account is locked after too many attempts, or the sign-in came from a suspicious address",
        "Wait, or ask an administrator to look at the sign-in log.",
    ),
    (
        50055,
        "the account's password has expired",
        "Change the password, then connect again.",
    ),
    (
        50057,
        "the account is disabled",
        "Ask an administrator to enable the account.",
    ),
    (50059, "no tenant is named", TENANT_ADVICE),
    (
        50072,
        "the account must set up a second factor first",
        MFA_ADVICE,
    ),
    (50074, "a second factor is needed", MFA_ADVICE),
    (50076, "a second factor is needed", MFA_ADVICE),
    (
        50078,
        "the second factor was given too long ago",
        MFA_ADVICE,
    ),
    (
        50079,
        "the account must set up a second factor first",
        MFA_ADVICE,
    ),
    (
        50097,
        "the device must prove itself to sign in",
        POLICY_ADVICE,
    ),
    (
        50105,
        "the account is not assigned to application {app}",
        "Ask an administrator to assign the account under the application's 'Users and groups'.",
    ),
    (50126, "the user name or the password is wrong", AGAIN),
    (50128, "'{tenant}' is no domain of a tenant", TENANT_ADVICE),
    (50129, "the device is not joined", POLICY_ADVICE),
    (
        50131,
        "a policy of the tenant blocked the sign-in",
        POLICY_ADVICE,
    ),
    (
        50132,
        "the sign-in has ended because the password was changed",
        AGAIN,
    ),
    (
        50133,
        "the sign-in has ended because the password was changed",
        AGAIN,
    ),
    (
        50158,
        "a further check outside of the tenant is needed",
        MFA_ADVICE,
    ),
    (50173, "the sign-in was revoked", AGAIN),
    (
        50194,
        "application {app} belongs to one tenant only",
        "Name the tenant with -TenantId.",
    ),
    (50196, "the same token was asked for too often", BUSY_ADVICE),
    (
        53000,
        "the device does not meet the tenant's rules",
        POLICY_ADVICE,
    ),
    (53001, "the device is not joined to a domain", POLICY_ADVICE),
    (
        53002,
        "application {app} is not on the tenant's list of approved applications",
        POLICY_ADVICE,
    ),
    (
        53003,
        "a Conditional Access policy of tenant {tenant} blocked the sign-in",
        POLICY_ADVICE,
    ),
    (
        53004,
        "the account must set up a second factor first",
        MFA_ADVICE,
    ),
    (
        530032,
        "a security policy of tenant {tenant} blocked the sign-in",
        POLICY_ADVICE,
    ),
    (
        530035,
        "the security defaults of tenant {tenant} blocked the sign-in",
        POLICY_ADVICE,
    ),
    (54005, "the code of this sign-in was used before", AGAIN),
    (
        65001,
        "nobody has consented to application {app} in tenant {tenant}",
        CONSENT_ADVICE,
    ),
    (
        65002,
        "application {app} is Microsoft's own and may not ask for these permissions",
        "Register an application of your own and name it with -ClientId.",
    ),
    (
        65004,
        "the consent that application {app} asked for was declined",
        "Connect again and accept, or ask for fewer permissions with -Scopes.",
    ),
    (
        65005,
        "application {app} is not registered for what it asks for",
        CONSENT_ADVICE,
    ),
    (
        650052,
        "the organisation has not enabled a service that the application needs",
        CONSENT_ADVICE,
    ),
    (
        650056,
        "application {app} is misconfigured or was not consented to",
        CONSENT_ADVICE,
    ),
    (
        650057,
        "application {app} is not registered for Microsoft Graph",
        CONSENT_ADVICE,
    ),
    (70000, "the sign-in is not valid any more", AGAIN),
    (
        70001,
        "application {app} is disabled or unknown in tenant {tenant}",
        APP_ADVICE,
    ),
    (
        700011,
        "application {app} does not exist in tenant {tenant}",
        APP_ADVICE,
    ),
    (
        700016,
        "application {app} does not exist in tenant {tenant}",
        APP_ADVICE,
    ),
    (
        70002,
        "the credentials of application {app} are not accepted",
        SECRET_ADVICE,
    ),
    (700020, "a person must sign in", AGAIN),
    (
        70021,
        "no federated credential of application {app} fits the token",
        FEDERATION_ADVICE,
    ),
    (
        700211,
        "no federated credential of application {app} has the token's issuer",
        FEDERATION_ADVICE,
    ),
    (
        700212,
        "no federated credential of application {app} has the token's audience",
        FEDERATION_ADVICE,
    ),
    (
        700213,
        "no federated credential of application {app} has the token's subject",
        FEDERATION_ADVICE,
    ),
    (
        700024,
        "the signed assertion is outside its time of validity, because this machine's clock is wrong",
        "Set this machine's clock (time zone and daylight saving too), then connect again.",
    ),
    (
        700025,
        "application {app} is a public client and takes no secret or certificate",
        "Sign in without them, or register the application as a confidential client.",
    ),
    (
        700027,
        "the certificate is not one of application {app}",
        ASSERTION_ADVICE,
    ),
    (
        70003,
        "application {app} may not sign in this way",
        APP_ADVICE,
    ),
    (
        700030,
        "the subject of the certificate is not allowed for application {app}",
        ASSERTION_ADVICE,
    ),
    (70008, "the sign-in has ended", AGAIN),
    (
        700082,
        "the sign-in has ended because it was not used for too long",
        AGAIN,
    ),
    (700084, "the sign-in has ended", AGAIN),
    (
        70011,
        "a permission that was asked for does not exist",
        "Check -Scopes: names are like User.Read.All.",
    ),
    (70018, "the code was typed wrongly", AGAIN),
    (70019, "the code was not used in time", AGAIN),
    (
        70043,
        "the tenant asks for a new sign-in more often than that",
        AGAIN,
    ),
    (
        7000112,
        "application {app} is disabled in tenant {tenant}",
        "Ask an administrator to enable the application.",
    ),
    (
        7000215,
        "the client secret is not one of application {app}",
        SECRET_ADVICE,
    ),
    (
        7000218,
        "application {app} is not registered for signing in without a secret",
        "Switch on 'Allow public client flows' in the application's registration, or use -ClientSecretCredential or a certificate.",
    ),
    (
        7000222,
        "the client secret of application {app} has expired",
        SECRET_ADVICE,
    ),
    (90002, "tenant '{tenant}' does not exist", TENANT_ADVICE),
    (
        90009,
        "application {app} asks for a token for itself",
        APP_ADVICE,
    ),
    (
        90013,
        "the sign-in service does not understand -TenantId or -ClientId",
        TENANT_ADVICE,
    ),
    (90019, "no tenant is named", TENANT_ADVICE),
    (90033, "the sign-in service is not available", BUSY_ADVICE),
    (
        90038,
        "tenant {tenant} is in another cloud",
        "Name the cloud with -Environment; Get-MgEnvironment lists them.",
    ),
    (
        90055,
        "too many sign-ins come from tenant {tenant}",
        BUSY_ADVICE,
    ),
    (
        90072,
        "the account does not exist in tenant {tenant}",
        USER_ADVICE,
    ),
    (
        90094,
        "an administrator must consent to application {app}",
        CONSENT_ADVICE,
    ),
    (
        90095,
        "an administrator must consent to application {app}",
        CONSENT_ADVICE,
    ),
    (
        90099,
        "application {app} has no consent in tenant {tenant}",
        CONSENT_ADVICE,
    ),
    (
        9001023,
        "an application can't sign in to 'common' or 'consumers'",
        "Name one tenant with -TenantId.",
    ),
    (
        1000031,
        "application {app} can't be used at this time",
        "Ask an administrator.",
    ),
];

/// By OAuth's own word, for a service that gives no number.
const BY_WORD: &[(&str, &str, &str)] = &[
    (
        "access_denied",
        "the sign-in was declined",
        "Connect again and accept, or ask for fewer permissions with -Scopes.",
    ),
    ("authorization_declined", "the sign-in was declined", AGAIN),
    (
        "consent_required",
        "nobody has consented to application {app}",
        CONSENT_ADVICE,
    ),
    ("expired_token", "the code was not used in time", AGAIN),
    (
        "bad_verification_code",
        "the device code is not known to the sign-in service",
        AGAIN,
    ),
    ("interaction_required", "a person must sign in", AGAIN),
    ("login_required", "a person must sign in", AGAIN),
    (
        "invalid_client",
        "the credentials of application {app} are not accepted",
        "Check -ClientId and the secret or certificate that goes with it.",
    ),
    ("invalid_grant", "the sign-in is not valid any more", AGAIN),
    (
        "invalid_scope",
        "a permission that was asked for does not exist",
        "Check -Scopes: names are like User.Read.All.",
    ),
    (
        "invalid_target",
        "the service that was asked for is not known to the sign-in service",
        "Check that -Environment names the right cloud.",
    ),
    (
        "unauthorized_client",
        "application {app} may not sign in this way",
        APP_ADVICE,
    ),
    (
        "temporarily_unavailable",
        "the sign-in service is busy",
        BUSY_ADVICE,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_clause_with_advice_and_no_number_stands_twice() {
        let mut numbers: Vec<u64> = BY_NUMBER.iter().map(|row| row.0).collect();
        numbers.sort_unstable();
        let count = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
        for (number, meaning, advice) in BY_NUMBER {
            assert!(!meaning.ends_with('.'), "{number}");
            assert!(advice.ends_with('.'), "{number}");
        }
    }
}
