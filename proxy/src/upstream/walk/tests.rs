use super::*;
use std::sync::Mutex;

/// Keeps the pages of a walk.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Page>>);

impl Out for Kept {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        self.0.lock().unwrap().push(page);
        Ok(())
    }
}
