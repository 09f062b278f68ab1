//! What people see at the provider, in English and Chinese.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use crate::message::{Ask, Reply};
use crate::people::Person;

const STYLE: &str = include_str!("page.css");

/// Which of the people is it? The form goes to the address that shows it, with all its parameters.
pub(crate) fn sign_in(ask: &Ask, client: &str, people: &[Person]) -> Reply {
    let chinese = ask.chinese();
    let word = |english, translated| if chinese { translated } else { english };
    let mut buttons = String::new();
    for (index, person) in people.iter().enumerate() {
        let about = if chinese { &person.about_chinese } else { &person.about };
        let chips: String = person
            .groups
            .iter()
            .map(|group| format!("<span>{}</span>", escape(group)))
            .collect();
        let initial: String = person.name.chars().take(1).collect();
        buttons += &format!(
            r#"<button name="person" value="{login}"><span class="face face{colour}" aria-hidden="true">{initial}</span><span class="who"><strong>{name}</strong> <small>{login}</small><span class="about">{about}</span><span class="groups">{chips}</span></span></button>"#,
            login = escape(&person.login),
            colour = index % 3,
            initial = escape(&initial),
            name = escape(&person.name),
            about = escape(about),
        );
    }
    let body = format!(
        r#"<h1>{title}</h1><p>{lead}</p><form method="post" action="?{query}">{buttons}<button class="quiet" name="deny" value="1">{cancel}</button></form>"#,
        title = word("Sign in", "登录"),
        lead = word(
            "<b>{}</b> would like to know who you are. Choose one:",
            "<b>{}</b> 请求确认您的身份，请选择："
        )
        .replace("{}", &escape(client)),
        query = escape(&ask.raw_query),
        cancel = word("Cancel", "取消"),
    );
    page(200, chinese, word("Sign in", "登录"), &body)
}

/// Really sign out?
pub(crate) fn sign_out(ask: &Ask) -> Reply {
    let chinese = ask.chinese();
    let word = |english, translated| if chinese { translated } else { english };
    // What came in a form must come again, as the address does not have it.
    let kept: String = ask
        .form
        .0
        .iter()
        .map(|(name, value)| {
            format!(
                r#"<input type="hidden" name="{}" value="{}">"#,
                escape(name),
                escape(value)
            )
        })
        .collect();
    let body = format!(
        r#"<h1>{title}</h1><p>{lead}</p><form method="post" action="?{query}">{kept}<button class="plain" name="confirm" value="1">{yes}</button></form>"#,
        title = word("Sign out?", "确认退出登录？"),
        lead = word("You will be signed out of the provider.", "您将从身份提供方退出登录。"),
        query = escape(&ask.raw_query),
        yes = word("Sign out", "退出登录"),
    );
    page(200, chinese, word("Sign out?", "确认退出登录？"), &body)
}

/// Signed out, and nowhere to go.
pub(crate) fn signed_out(ask: &Ask) -> Reply {
    let (title, lead) = if ask.chinese() {
        ("已退出登录", "您可以关闭此页面。")
    } else {
        ("Signed out", "You can close this page.")
    };
    page(200, ask.chinese(), title, &format!("<h1>{title}</h1><p>{lead}</p>"))
}

/// A request that the browser must not be sent back with.
pub(crate) fn refusal(ask: &Ask, reason: &str) -> Reply {
    let title = if ask.chinese() {
        "请求被拒绝"
    } else {
        "Request refused"
    };
    let body = format!("<h1>{title}</h1><p><code>{}</code></p>", escape(reason));
    page(400, ask.chinese(), title, &body)
}

fn page(status: u16, chinese: bool, title: &str, body: &str) -> Reply {
    let (language, badge) = if chinese {
        ("zh", "演示用身份提供方")
    } else {
        ("en", "Demo identity provider")
    };
    let html = format!(
        r#"<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{title}</title><style>{STYLE}</style></head><body><main><p class="badge">{badge}</p>{body}</main></body></html>"#
    );
    // No `form-action`: browsers apply it to where the form's answer leads to as well, which is the client.
    let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'");
    Reply::new(status, "text/html; charset=utf-8", html)
        .header("content-security-policy", &policy)
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
}

/// Text as it may stand in HTML, inside quotation marks too.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;

    #[test]
    fn nothing_of_a_request_becomes_markup() {
        let uri = "/authorize?a=%22%3E&b='><script>"
            .parse()
            .unwrap_or_else(|_| "/authorize?b='".parse().unwrap());
        let ask = Ask::new(Method::GET, &uri, HeaderMap::new(), &Bytes::new());
        let html = sign_in(&ask, "<i>", &[Person::new("a\"b", "<b>", &["<u>"])]).body;
        for bad in ["<script>", "<i>", "<b><", "<u>", "a\"b"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("&lt;u&gt;") && html.contains("a&quot;b"));
    }
}
