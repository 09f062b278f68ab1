//! How a list API is asked: operation, parameters, paging.

use crate::services::Service;

/// One read-only operation of a cloud: everything needed to build its request but account, region and cursor.
#[derive(Debug)]
pub struct Call {
    /// The vendor's name of the operation. Always a read: `List…` or `Describe…`.
    pub action: &'static str,
    /// The service that answers: its hosts, version and signing.
    pub service: &'static Service,
    /// The HTTP method. Some vendors read by `POST`.
    pub method: Method,
    /// The absolute path, segment by segment. Empty is `/`.
    pub path: &'static [PathSegment],
    /// Parameters in query, headers and body, besides those of paging.
    pub params: &'static [Param],
    /// How the list continues.
    pub paging: Paging,
    /// Which part of the request carries the parameters of paging.
    pub paging_in: Carrier,
    /// The field of the answer's top-level object that holds the items; `a.b` where they stand one object further inwards. Null means an empty
    /// list. Empty where the object itself is the one item.
    pub items: &'static str,
    /// Whether an answer without that field means an empty list too, because the vendor says so. Else it is no answer to this call.
    pub items_may_be_missing: bool,
    /// The permission that the credentials need, as the vendor writes it in a policy.
    pub permission: &'static str,
    /// The vendor's page of the operation.
    pub doc: &'static str,
}

/// The HTTP methods that read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// A path segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// Literal text.
    Is(&'static str),
    /// An argument, percent-encoded as exactly one segment.
    Of(Arg),
}

/// A value that differs from call to call. There is no argument that a user of the page can fill freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// The target's region id.
    Region,
    /// What of a [`FanOut`](crate::FanOut) this call is about: one id where a single value stands, else the list of them.
    Listed,
    /// A fresh unique id for this attempt.
    RequestId,
}

/// A parameter outside the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// `name=value` in the query.
    Query(&'static str, Arg),
    /// `name.1=…&name.2=…` in the query, for list arguments (Alibaba RPC).
    QueryIndexed(&'static str, Arg),
    /// `name=value` in the query, always the same.
    Fixed(&'static str, &'static str),
    /// A request header.
    Header(&'static str, Arg),
    /// A request header, always the same.
    FixedHeader(&'static str, &'static str),
    /// A member of the JSON object in the request's body: a text.
    Body(&'static str, Arg),
    /// A member of the JSON object in the request's body: a list of texts, for list arguments.
    BodyList(&'static str, Arg),
    /// A JSON object in the request's body, though nothing may stand in it.
    Object,
}

/// A part of a request that carries parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// The query string.
    Query,
    /// A JSON object in the body, where counts are numbers.
    Body,
}

/// Whether a source is asked once per region or once per site of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One target per configured region.
    Region,
    /// One target per site that serves a configured region; see [`Site`](crate::Site).
    Account,
}

/// How a list continues. Sizes are items a page, as asked for; clouds may return fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// All at once. With `cap`, the cloud returns that many at most and does not say whether it cut the list.
    None {
        /// The cloud's limit, if there is one.
        cap: Option<u32>,
    },
    /// An opaque token or marker. The list ends when the answer's is absent, null, empty, `"null"` or `"-"`.
    Cursor {
        /// Parameter that carries the cursor.
        send: &'static str,
        /// Where the next cursor stands in the answer.
        read: &'static [&'static str],
        /// Parameter and value of the page size.
        size: (&'static str, u32),
        /// Bound on pages, against a cloud that never ends.
        max_pages: u32,
    },
    /// Row offset, until `total` rows or an empty page.
    Offset {
        /// Parameter that carries the offset.
        send: &'static str,
        /// Parameter and value of the page size.
        size: (&'static str, u32),
        /// Where the answer's total stands.
        total: &'static [&'static str],
    },
    /// Page number from 1, until `total` rows or an empty page.
    Page {
        /// Parameter that carries the number.
        send: &'static str,
        /// Parameter and value of the page size.
        size: (&'static str, u32),
        /// Where the answer's total stands.
        total: &'static [&'static str],
    },
}

/// Bound on pages of a walk where the API's own file does not say otherwise.
pub const MAX_PAGES: u32 = 2_000;

impl Paging {
    /// Whether a list moves on under its reader: where rows are counted, one that comes first moves all others, and some come again.
    pub const fn moves(self) -> bool {
        matches!(self, Self::Offset { .. } | Self::Page { .. })
    }

    /// The most pages that a walk may ask for.
    pub const fn max_pages(self) -> u32 {
        match self {
            Self::None { .. } => 1,
            Self::Cursor { max_pages, .. } => max_pages,
            Self::Offset { .. } | Self::Page { .. } => MAX_PAGES,
        }
    }
}
