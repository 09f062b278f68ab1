//! Effects, whose machinery is compiled once and not for every closure anew.

use leptos::prelude::Effect;

/// As [`Effect::new`], for what needs nothing of its last run. Leptos makes half a kilobyte of every closure's own type, which sixty of them would
/// bring into the first visit.
pub fn effect<T>(mut run: impl FnMut() -> T + 'static) {
    start(Box::new(move || _ = run()));
}

/// As [`Effect::new`]: it is given what its last run returned.
pub fn effect_after<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
    let mut last = None;
    effect(move || last = Some(run(last.take())));
}

fn start(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}
