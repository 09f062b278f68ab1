//! The pages that people see when signing in fails: without the page's program, which may not even be loaded.

use super::LOGIN;
use crate::auth::return_path::ReturnPath;
use axum::response::{Html, IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use http::{HeaderMap, StatusCode};

/// What went wrong, as far as it is told to whoever sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The identity provider cannot be reached.
    Provider,
    /// The answer belongs to no attempt of this browser.
    NoAttempt,
    /// The identity provider has not signed them in.
    Declined,
    /// What came proves nothing.
    Unproven,
}

/// English and Chinese.
type Text = (&'static str, &'static str);

impl Failure {
    fn words(self) -> (Text, Text) {
        match self {
            Self::Provider => (
                ("The identity provider cannot be reached", "无法连接身份提供方"),
                (
                    "Signing in is not possible at the moment. Try again soon; if it lasts, tell those who run Signalbox.",
                    "目前无法登录。请稍后重试；若一直如此，请联系 Signalbox 的管理员。",
                ),
            ),
            Self::NoAttempt => (
                ("This sign-in was not begun here", "此次登录不是从本浏览器发起的"),
                (
                    "It took longer than ten minutes, was used already, or began in another browser. Start and finish in the same browser.",
                    "登录超过了十分钟、已被使用，或是从另一个浏览器发起的。请在同一个浏览器中从头到尾完成登录。",
                ),
            ),
            Self::Declined => (
                ("You were not signed in", "登录未完成"),
                (
                    "The identity provider did not let you through to Signalbox. You may have stopped, or the application is not assigned to you.",
                    "身份提供方没有放行。可能是登录被取消，或者该应用尚未授权给您。",
                ),
            ),
            Self::Unproven => (
                ("You could not be signed in", "无法为您登录"),
                (
                    "What the identity provider answered is not accepted. Those who run Signalbox find the reason in its log under the number below.",
                    "身份提供方的应答未被接受。Signalbox 的管理员可凭下面的编号在日志中找到原因。",
                ),
            ),
        }
    }
}

/// The page, in the language that the browser asks for.
pub fn answer(status: StatusCode, failure: Failure, back: &ReturnPath, number: &str, headers: &HeaderMap) -> Response {
    let chinese = headers
        .get(ACCEPT_LANGUAGE)
        .is_some_and(|languages| languages.as_bytes().to_ascii_lowercase().starts_with(b"zh"));
    let pick = |(english, chinese_text): Text| if chinese { chinese_text } else { english };
    let (title, text) = failure.words();
    let link: String = url::form_urlencoded::byte_serialize(back.as_str().as_bytes()).collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title} · Signalbox</title>\n<link rel=\"stylesheet\" href=\"/auth/style.css\">\n</head>\n<body>\n<main>\n<p class=\"brand\">Signalbox</p>\n\
         <h1>{title}</h1>\n<p>{text}</p>\n<p><a class=\"action\" href=\"{LOGIN}?return={link}\">{again}</a></p>\n<p class=\"number\">{label} {number}</p>\n\
         </main>\n</body>\n</html>\n",
        lang = if chinese { "zh-CN" } else { "en" },
        title = pick(title),
        text = pick(text),
        again = pick(("Try again", "重试")),
        label = pick(("Number in the log:", "日志编号：")),
    );
    (status, [(CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    async fn page(language: &str, back: &str) -> String {
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, language.parse().unwrap())]);
        let back = ReturnPath::new(back).unwrap();
        let answer = answer(StatusCode::FORBIDDEN, Failure::Declined, &back, "0123", &headers);
        String::from_utf8(to_bytes(answer.into_body(), 1 << 16).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn it_speaks_both_languages_and_leads_back() {
        let english = page("en-GB,zh;q=0.5", "/patches?missing=gt.0&q=<b>'").await;
        assert!(
            english.contains("You were not signed in") && english.contains("0123"),
            "{english}"
        );
        assert!(
            english.contains("?return=%2Fpatches%3Fmissing%3Dgt.0%26q%3D%3Cb%3E%27\""),
            "{english}"
        );
        let chinese = page("zh-CN,zh;q=0.9", "/").await;
        assert!(
            chinese.contains("登录未完成") && chinese.contains("lang=\"zh-CN\""),
            "{chinese}"
        );
    }
}
