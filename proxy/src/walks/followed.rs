//! Walks with the event of the audit that tells of them.

use super::Event;
use crate::audit::{Answer, End};
use futures_util::{Stream, StreamExt, stream};

/// The same events, each of which the answer hears of. It is written down when they have ended, or when nobody wants them any more.
pub fn followed(events: impl Stream<Item = Event>, answer: Answer) -> impl Stream<Item = Event> {
    stream::unfold(Some((Box::pin(events), answer)), |state| async move {
        let (mut events, mut answer): (_, Answer) = state?;
        let Some(event) = events.next().await else {
            answer.all_ended();
            return None;
        };
        hear(&mut answer, &event);
        Some((event, Some((events, answer))))
    })
}

fn hear(answer: &mut Answer, event: &Event) {
    match event {
        Event::Targets(_) => {}
        Event::Page(target, rows) => {
            answer.rows(*target, rows.count());
            if let Some(id) = rows.request_id() {
                answer.request_id(*target, id);
            }
        }
        Event::Done(target, done, cache) => {
            let (capped, cache) = (done.capped.is_some(), cache.word());
            answer.end(*target, End::Done { capped, cache });
        }
        Event::Failed(target, error) => {
            if let Some(id) = &error.public.request_id {
                answer.request_id(*target, id);
            }
            answer.end(
                *target,
                End::Failed {
                    code: &error.public.code.to_string(),
                },
            );
        }
    }
}
