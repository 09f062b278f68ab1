//! Requests that the vendors published or their SDKs signed, as test data of the two verifiers.

use http::{HeaderName, HeaderValue};
use serde::Deserialize;

use crate::keyring::{Key, Keyring};
use crate::message::Ask;
use crate::service::Service;

/// A signed request as it goes over the wire.
#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    key: String,
    pub(crate) secret: String,
    token: Option<String>,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    authorization: String,
}

pub(crate) fn read(json: &str) -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(json).unwrap();
    assert!(vectors.len() >= 14);
    vectors
}

impl Vector {
    /// A keyring that knows the vector's key with this secret.
    pub(crate) fn keyring(&self, secret: &str) -> Keyring {
        let keyring = Keyring::default();
        let key = Key {
            account: 0,
            secret: secret.to_owned(),
            token: self.token.clone(),
            expires: None,
            role: None,
        };
        keyring.add(self.key.clone(), key);
        keyring
    }

    /// The request as a service gets it.
    pub(crate) fn ask(&self, service: Service) -> Ask {
        let uri = format!("{}?{}", self.path, self.query).parse().unwrap();
        let mut headers = http::HeaderMap::new();
        let authorization = ("authorization".to_owned(), self.authorization.clone());
        for (name, value) in self.headers.iter().chain([&authorization]) {
            headers.append(
                HeaderName::try_from(name).unwrap(),
                HeaderValue::try_from(value).unwrap(),
            );
        }
        Ask::new(
            service,
            self.method.parse().unwrap(),
            &uri,
            headers,
            self.body.clone().into(),
        )
    }
}
