//! What is said aloud: one polite live region for the whole page. Whatever changes in sight of a reader and out of sight of a listener is said here,
//! and nowhere else, so that nothing is said twice and nothing interrupts.

use super::timer::Delay;
use leptos::prelude::*;
use std::time::Duration;

/// How long nothing newer must have come: while somebody types or rows arrive, nobody wants to hear each step.
const CALM: Duration = Duration::from_millis(500);

/// Something to say.
enum Saying {
    /// A sentence.
    Text(String),
    /// What then stands on the page, at the first element of each of these selectors.
    Read(&'static [&'static str]),
}

/// What is to be said, as a context.
#[derive(Clone, Copy)]
pub struct Announcer {
    said: RwSignal<String>,
    /// One saying a subject: a newer one takes the place of an older one.
    waiting: StoredValue<Vec<(&'static str, Saying)>>,
    calm: Delay,
}

impl Announcer {
    /// Makes it a context.
    pub fn provide() {
        provide_context(Self::new());
    }

    fn new() -> Self {
        Self {
            said: RwSignal::new(String::new()),
            waiting: StoredValue::new(Vec::new()),
            calm: Delay::new(),
        }
    }

    /// The one of the surrounding page; to be taken while a component is built.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Says a sentence on a subject, after a moment in which nothing newer comes.
    pub fn say(self, subject: &'static str, sentence: String) {
        self.put(subject, Saying::Text(sentence));
    }

    /// Says what then stands at each of these selectors.
    pub fn read(self, subject: &'static str, places: &'static [&'static str]) {
        self.put(subject, Saying::Read(places));
    }

    fn put(self, subject: &'static str, saying: Saying) {
        self.waiting.try_update_value(|waiting| {
            waiting.retain(|(other, _)| *other != subject);
            waiting.push((subject, saying));
        });
        self.calm.set(CALM, move || self.speak());
    }

    fn speak(self) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        let mut parts = Vec::new();
        for (_, saying) in waiting {
            match saying {
                Saying::Text(text) => parts.push(text),
                Saying::Read(places) => parts.extend(places.iter().filter_map(|place| standing(place))),
            }
        }
        if parts.is_empty() {
            return;
        }
        let mut text = parts.join(" · ");
        self.said.try_update(|said| {
            // The same once more is heard only if something is different.
            if *said == text {
                text.push('\u{a0}');
            }
            *said = text;
        });
    }
}

/// What stands on the page, in one line.
fn standing(place: &str) -> Option<String> {
    let text = document().query_selector(place).ok()??.text_content()?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

/// Where it is said.
#[component]
pub fn Announcements() -> impl IntoView {
    let said = Announcer::get().said;
    view! { <div class="hidden" role="status" aria-live="polite" data-testid="announce">{move || said.get()}</div> }
}
