//! Applications that may sign in to a served tenant.

use mglicense_rules::Guid;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::client_certificate::ClientCertificate;
use super::setting::Setting;
use crate::clock::Moment;
use crate::fault::{self, Fault, Located};

/// An application as it is registered in the tenant. What it leaves out it does not have, but for permissions: an
/// application without `roles` or `scopes` may have them all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub client_id: Guid,
    /// Its name.
    pub display_name: String,
    /// What is kept of its secret: SHA-256 in hexadecimal digits.
    pub secret_hash: Option<String>,
    /// When the secret ends.
    pub secret_expires: Option<Moment>,
    /// The certificates by whose keys it may prove itself instead.
    pub certificates: Vec<ClientCertificate>,
    /// Whether it may sign in without a secret, as programs on people's machines do.
    pub is_public: bool,
    /// The permissions it has on its own; none means all.
    pub roles: Option<Vec<String>>,
    /// The permissions it may have on behalf of a user; none means all.
    pub scopes: Option<Vec<String>>,
    /// Where a browser may be sent back to, besides this machine itself.
    pub redirect_uris: Vec<String>,
}

const KEYS: [&str; 10] = [
    "clientId",
    "displayName",
    "secret",
    "secretHash",
    "secretExpires",
    "certificates",
    "publicClient",
    "roles",
    "scopes",
    "redirectUris",
];

impl Application {
    /// What is kept of a secret.
    pub fn hash(secret: &str) -> String {
        let digest = Sha256::digest(secret.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(value: &Value) -> Result<Self, Fault> {
        let mut application = Self::default();
        let object = fault::object(value)?;
        for (key, value) in object {
            application.read_key(key, value).at(key)?;
        }
        if !object.contains_key("clientId") {
            return Err(Fault::new("'clientId' is missing"));
        }
        if application.secret_expires.is_some() && application.secret_hash.is_none() {
            return Err(Fault::new("has no effect without a secret").at("secretExpires"));
        }
        Ok(application)
    }

    fn read_key(&mut self, key: &str, value: &Value) -> Result<(), Fault> {
        match key {
            "clientId" => {
                let text = fault::text(value)?;
                self.client_id = text
                    .parse()
                    .map_err(|_| Fault::new(format!("'{text}' is no GUID")))?;
            }
            "displayName" => self.display_name = fault::text(value)?.to_owned(),
            // The secret itself is not kept: whoever reads the file or the settings does not learn it.
            "secret" => self.secret_hash = Some(Self::hash(fault::text(value)?)),
            "secretHash" => self.secret_hash = Some(fault::text(value)?.to_ascii_lowercase()),
            "secretExpires" => self.secret_expires = Some(fault::moment(value)?),
            "certificates" => {
                let list = texts(value)?.into_iter().enumerate();
                self.certificates = list
                    .map(|(index, pem)| ClientCertificate::read(&pem).at_index(index))
                    .collect::<Result<_, _>>()?;
            }
            "publicClient" => self.is_public = fault::boolean(value)?,
            "roles" => self.roles = Some(texts(value)?),
            "scopes" => self.scopes = Some(texts(value)?),
            "redirectUris" => self.redirect_uris = texts(value)?,
            _ => return Err(fault::unknown("key", key, &KEYS)),
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("clientId".to_owned(), self.client_id.to_string().into());
        if !self.display_name.is_empty() {
            object.insert("displayName".to_owned(), self.display_name.clone().into());
        }
        if let Some(hash) = &self.secret_hash {
            object.insert("secretHash".to_owned(), hash.clone().into());
        }
        if let Some(expires) = self.secret_expires {
            object.insert("secretExpires".to_owned(), expires.to_string().into());
        }
        if !self.certificates.is_empty() {
            let list = self.certificates.iter().map(ClientCertificate::pem);
            object.insert("certificates".to_owned(), list.collect());
        }
        if self.is_public {
            object.insert("publicClient".to_owned(), true.into());
        }
        for (key, list) in [("roles", &self.roles), ("scopes", &self.scopes)] {
            if let Some(list) = list {
                object.insert(key.to_owned(), list.clone().into());
            }
        }
        if !self.redirect_uris.is_empty() {
            object.insert("redirectUris".to_owned(), self.redirect_uris.clone().into());
        }
        Value::Object(object)
    }
}

fn texts(value: &Value) -> Result<Vec<String>, Fault> {
    let list = fault::list(value)?.iter().enumerate();
    list.map(|(index, text)| fault::text(text).at_index(index).map(str::to_owned))
        .collect()
}

impl Setting for Vec<Application> {
    fn type_name() -> String {
        "list of applications".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        let applications = fault::list(value)?.iter().enumerate();
        *self = applications
            .map(|(index, value)| Application::read(value).at_index(index))
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        self.iter().map(Application::json).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn a_secret_is_not_given_back() {
        let application = Application::read(&json!({"clientId": ID, "secret": "s3cret"})).unwrap();
        let text = application.json().to_string();
        assert!(!text.contains("s3cret") && !format!("{application:?}").contains("s3cret"));
        assert_eq!(Application::read(&application.json()).unwrap(), application);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |value: Value| Application::read(&value).unwrap_err().to_string();
        assert_eq!(refused(json!({})), "$: 'clientId' is missing");
        assert_eq!(
            refused(json!({"clientId": "x"})),
            "$.clientId: 'x' is no GUID"
        );
        assert_eq!(
            refused(json!({"clientId": ID, "role": []})),
            "$.role: unknown key 'role'; did you mean 'roles'?"
        );
    }
}
