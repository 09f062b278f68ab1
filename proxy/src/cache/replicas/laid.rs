//! What lies in the store of a list: its pages, one by one, and how it ended.

use crate::cache::KeptPage;
use crate::cache::walk::Ending;
use crate::clock::unix_millis;
use crate::crawl::Done;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// One thing that lies there.
#[derive(Debug)]
pub enum Laid {
    Page(Arc<KeptPage>),
    /// The last one.
    End(Ending),
}

/// The first byte.
const PAGE: u8 = 1;
const END: u8 = 2;

#[derive(Serialize, Deserialize)]
enum End {
    Done {
        /// In milliseconds since 1970.
        as_of: u64,
        rows: u64,
        capped: Option<u32>,
    },
    /// What only the log of the replica that walked may have is not among it.
    Failed(wire::TargetError),
}

impl Laid {
    /// As it lies there, before it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Page(page) => [vec![PAGE], page.to_bytes()].concat(),
            Self::End(ending) => {
                let end = match ending {
                    Ok(done) => End::Done {
                        as_of: unix_millis(done.as_of),
                        rows: done.rows,
                        capped: done.capped,
                    },
                    Err(error) => End::Failed((*error.public).clone()),
                };
                [vec![END], serde_json::to_vec(&end).unwrap_or_default()].concat()
            }
        }
    }

    /// None where it is not such a thing.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&first, rest) = bytes.split_first()?;
        match first {
            PAGE => Some(Self::Page(Arc::new(KeptPage::from_bytes(rest)?))),
            END => {
                let ending = match serde_json::from_slice(rest).ok()? {
                    End::Done { as_of, rows, capped } => Ok(Done {
                        as_of: UNIX_EPOCH.checked_add(Duration::from_millis(as_of))?,
                        rows,
                        capped,
                    }),
                    End::Failed(error) => Err(error.into()),
                };
                Some(Self::End(ending))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::Page;
    use crate::error::TargetError;

    #[test]
    fn what_was_laid_down_is_taken_up() {
        let page = Page {
            rows: r#"[{"a":1}]"#.into(),
            count: 1,
            total: None,
            request_id: None,
        };
        let laid = Laid::Page(Arc::new(KeptPage::new(&page).unwrap())).to_bytes();
        let Some(Laid::Page(taken)) = Laid::from_bytes(&laid) else {
            panic!("no page");
        };
        assert_eq!(taken.page().unwrap(), page);
        let done = Done {
            as_of: UNIX_EPOCH + Duration::from_millis(1_234_567),
            rows: 7,
            capped: Some(1000),
        };
        for ending in [Ok(done), Err(TargetError::timeout("too long"))] {
            let laid = Laid::End(ending.clone()).to_bytes();
            assert!(matches!(Laid::from_bytes(&laid), Some(Laid::End(taken)) if taken == ending));
        }
        for nonsense in [&b""[..], b"\x02{}", b"\x01", b"\x03"] {
            assert!(Laid::from_bytes(nonsense).is_none());
        }
    }
}
