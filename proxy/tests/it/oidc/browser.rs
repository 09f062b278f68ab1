//! As much of a browser as signing in needs: cookies by origin and path, and redirects that are followed one by one.

use crate::proxy;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client as Http, RequestBuilder, Response};
use std::collections::BTreeMap;
use url::Url;

pub(crate) struct Browser {
    http: Http,
    home: Url,
    /// By origin and path, name, value.
    jar: BTreeMap<(String, String, String), String>,
}

impl Browser {
    pub(crate) fn new(home: &str) -> Self {
        Self::with(home, proxy::browser())
    }

    /// One whose requests go by a client that follows no redirect.
    pub(crate) fn with(home: &str, http: Http) -> Self {
        Self {
            http,
            home: home.parse().unwrap(),
            jar: BTreeMap::new(),
        }
    }

    /// The same cookies in a browser of one's own, as after a copy of the profile.
    pub(crate) fn copy(&self) -> Self {
        Self {
            http: self.http.clone(),
            home: self.home.clone(),
            jar: self.jar.clone(),
        }
    }

    fn cookies(&self, url: &Url) -> String {
        let origin = url.origin().ascii_serialization();
        let sent = self
            .jar
            .iter()
            .filter(|((of, path, _), _)| *of == origin && url.path().starts_with(path.as_str()));
        let pairs: Vec<_> = sent.map(|((_, _, name), value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// The names of the cookies that are kept for our origin.
    pub(crate) fn kept(&self) -> Vec<&str> {
        let origin = self.home.origin().ascii_serialization();
        let own = self.jar.keys().filter(|(of, ..)| *of == origin);
        own.map(|(_, _, name)| name.as_str()).collect()
    }

    /// The value of a cookie of ours.
    pub(crate) fn cookie(&self, name: &str) -> Option<&String> {
        self.jar
            .iter()
            .find(|((_, _, other), _)| other == name)
            .map(|(_, value)| value)
    }

    /// Puts a cookie into the jar for our origin.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        let key = (
            self.home.origin().ascii_serialization(),
            "/".to_owned(),
            name.to_owned(),
        );
        self.jar.insert(key, value.to_owned());
    }

    /// Asks other replicas at another address, with the same cookies.
    pub(crate) fn move_to(&mut self, home: &str) {
        let old = self.home.origin().ascii_serialization();
        self.home = home.parse().unwrap();
        let new = self.home.origin().ascii_serialization();
        let jar = std::mem::take(&mut self.jar);
        let moved = |((of, path, name), value)| ((if of == old { new.clone() } else { of }, path, name), value);
        self.jar = jar.into_iter().map(moved).collect();
    }

    /// One request, no redirect followed.
    pub(crate) async fn ask(&mut self, method: &str, address: &str, form: &[(&str, &str)]) -> Response {
        let url = self.home.join(address).unwrap();
        let mut request = self.http.request(method.parse().unwrap(), url.clone());
        if method == "POST" {
            let body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        self.send(url, request).await
    }

    /// One request with more headers.
    pub(crate) async fn asked(&mut self, address: &str, headers: &[(&'static str, &str)]) -> Response {
        let url = self.home.join(address).unwrap();
        let request = self.http.get(url.clone());
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(url, request).await
    }

    async fn send(&mut self, url: Url, request: RequestBuilder) -> Response {
        let answer = request.header(COOKIE, self.cookies(&url)).send().await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            self.keep(&url, line.to_str().unwrap());
        }
        answer
    }

    fn keep(&mut self, url: &Url, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attribute = |wanted: &str| {
            let mut parts = line.split(';').map(str::trim);
            parts.find_map(|part| part.strip_prefix(wanted)?.strip_prefix('='))
        };
        let path = attribute("Path").unwrap_or("/").to_owned();
        let key = (url.origin().ascii_serialization(), path, name.to_owned());
        if attribute("Max-Age") == Some("0") {
            self.jar.remove(&key);
        } else {
            self.jar.insert(key, value.to_owned());
        }
    }

    pub(crate) async fn get(&mut self, address: &str) -> Response {
        self.ask("GET", address, &[]).await
    }

    pub(crate) async fn status(&mut self, address: &str) -> u16 {
        self.get(address).await.status().as_u16()
    }

    /// Begins to sign in and chooses somebody; gives the address that the provider sends back to.
    pub(crate) async fn callback(&mut self, login: &str, begin: &str) -> String {
        let there = location(&self.get(begin).await);
        let chosen = format!("{there}&login_hint={login}");
        location(&self.get(&chosen).await)
    }

    /// Signs somebody in and gives where they end.
    pub(crate) async fn sign_in(&mut self, login: &str, back: &str) -> Response {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let callback = self.callback(login, &format!("/auth/login?return={back}")).await;
        self.get(&callback).await
    }
}

pub(crate) fn location(answer: &Response) -> String {
    let location = answer.headers().get(LOCATION);
    let location = location.unwrap_or_else(|| panic!("no redirection: {}", answer.status()));
    location.to_str().unwrap().to_owned()
}
