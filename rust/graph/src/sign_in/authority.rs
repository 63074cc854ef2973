//! Where one signs in: the addresses of a tenant's sign-in service.

use super::{SignInError, SignInErrorKind};

/// A sign-in service and the tenant on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    base: String,
    tenant: String,
}

impl Authority {
    /// The service at `base` (scheme and host, checked before), for a tenant named by id, domain, or one of the
    /// words `organizations` and `common`.
    ///
    /// # Errors
    /// When the tenant's name can't be one.
    pub fn new(base: &str, tenant: &str) -> Result<Self, SignInError> {
        let tenant = tenant.trim();
        let fits = !tenant.is_empty()
            && tenant
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
            && !matches!(tenant, "." | "..");
        if !fits {
            return Err(SignInError::new(
                SignInErrorKind::Invalid,
                "InvalidTenant",
                format!("'{tenant}' is neither the id nor a domain of a tenant"),
            )
            .advise("Pass -TenantId with the tenant's id or one of its domains."));
        }
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            tenant: tenant.to_owned(),
        })
    }

    /// The tenant as it was named.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The service's address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn token(&self) -> String {
        self.at("token")
    }

    pub(super) fn device_code(&self) -> String {
        self.at("devicecode")
    }

    pub(super) fn authorize(&self) -> String {
        self.at("authorize")
    }

    fn at(&self, endpoint: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{endpoint}", self.base, self.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_are_those_that_microsoft_documents() {
        let authority =
            Authority::new("https://login.microsoftonline.com/", "contoso.com").unwrap();
        let base = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0";
        assert_eq!(authority.token(), format!("{base}/token"));
        assert_eq!(authority.device_code(), format!("{base}/devicecode"));
        assert_eq!(authority.authorize(), format!("{base}/authorize"));
    }

    #[test]
    fn what_can_be_no_tenant_is_refused() {
        for name in ["", " ", "..", "a/b", "a?b", "a b", "a%2fb", "a#b", "a@b"] {
            let error = Authority::new("https://h", name).unwrap_err();
            assert_eq!(error.code(), "InvalidTenant", "{name}");
        }
    }
}
