//! Which faults are due.

use super::Tampering;

/// The faults that are due, each once or until they are called off.
#[derive(Default)]
pub(crate) struct Queue(Vec<(Tampering, bool)>);

impl Queue {
    pub(crate) fn add(&mut self, tampering: Tampering, once: bool) {
        self.0.push((tampering, once));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The faults that fit here, in the order in which they were asked for; those that strike once are used up.
    pub(crate) fn take<T>(&mut self, fits: impl Fn(&Tampering) -> Option<T>) -> Vec<T> {
        let mut due = Vec::new();
        self.0.retain(|(tampering, once)| match fits(tampering) {
            Some(fault) => {
                due.push(fault);
                !once
            }
            None => true,
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tampering::CallbackFault;

    #[test]
    fn what_strikes_once_is_used_up_and_the_rest_stays() {
        let mut queue = Queue::default();
        queue.add(Tampering::Callback(CallbackFault::NoState), true);
        queue.add(Tampering::Callback(CallbackFault::NoCode), false);
        queue.add(Tampering::SilentError("login_required"), true);
        let take = |queue: &mut Queue| {
            queue.take(|tampering| match tampering {
                Tampering::Callback(fault) => Some(fault.clone()),
                _ => None,
            })
        };
        assert_eq!(take(&mut queue), [CallbackFault::NoState, CallbackFault::NoCode]);
        assert_eq!(take(&mut queue), [CallbackFault::NoCode]);
        queue.clear();
        assert_eq!(take(&mut queue), []);
    }
}
